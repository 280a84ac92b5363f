using XenoCrm.Core.Campaigns;

namespace XenoCrm.Tests.Campaigns;

public sealed class MessageIdsTests
{
    private static readonly DateTimeOffset Now = new(2026, 11, 22, 8, 0, 0, TimeSpan.Zero);

    [Fact]
    public void Each_is_a_version_7_of_its_moment_and_greater_than_the_one_before()
    {
        for (var launch = 0; launch < 100; launch++)
        {
            var ids = new MessageIds(Now);
            string[] made = [.. Enumerable.Range(0, 1_000).Select(_ => ids.Next())];

            Assert.Equal(made.Order(StringComparer.Ordinal), made);
            Assert.Distinct(made);
            Assert.All(made.Select(Guid.Parse), id => Assert.Equal((7, true), (id.Version, id.Variant is >= 8 and <= 11)));
            Assert.All(made, id => Assert.StartsWith(Guid.CreateVersion7(Now).ToString()[..13], id, StringComparison.Ordinal));
        }
    }

    [Fact]
    public void Two_launches_at_the_same_moment_share_none()
    {
        var (one, other) = (new MessageIds(Now), new MessageIds(Now));
        Assert.Empty(Enumerable.Range(0, 1_000).Select(_ => one.Next()).Intersect(Enumerable.Range(0, 1_000).Select(_ => other.Next())));
    }
}
