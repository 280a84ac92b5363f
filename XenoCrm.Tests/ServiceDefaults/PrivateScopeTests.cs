using XenoCrm.ServiceDefaults;

namespace XenoCrm.Tests.ServiceDefaults;

public sealed class PrivateScopeTests
{
    private readonly PrivateScopes scopes = new();

    [Fact]
    public void A_scope_that_names_a_requests_path_is_left_out_and_those_around_it_and_in_it_stay()
    {
        using var outer = scopes.Push("outer");
        using var request = scopes.Push(
            new List<KeyValuePair<string, object?>> { new("RequestId", "1"), new("RequestPath", "/customers/mara@example.com") });
        using var inner = scopes.Push(new List<KeyValuePair<string, object?>> { new("Entries", 3) });

        var seen = new List<object?>();
        scopes.ForEachScope((scope, list) => list.Add(scope), seen);

        Assert.Equal(2, seen.Count);
        Assert.Equal("outer", seen[0]);
        Assert.Equal("Entries", Assert.IsType<List<KeyValuePair<string, object?>>>(seen[1]).Single().Key);
    }
}
