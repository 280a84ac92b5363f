namespace XenoCrm.Tests.Build;

public sealed class FeedProbeTests : IDisposable
{
    private readonly FeedCopy copy = new();

    [Fact]
    public async Task The_first_build_uses_what_the_feed_has_and_does_without_the_rest()
    {
        copy.AddFamily("Aspire");
        copy.AddFamily("GoogleAuthentication");
        Assert.Equal(["Aspire", "GoogleAuthentication", "ImportedSdk"], await copy.BuildAsync());
    }

    [Fact]
    public async Task A_family_of_which_a_part_is_missing_is_done_without()
    {
        copy.AddFamily("Aspire");
        File.Delete(Directory.EnumerateFiles(copy.Feed, "Aspire.Hosting.Redis.*").Single());
        Assert.Empty(await copy.BuildAsync());
    }

    [Fact]
    public async Task What_the_command_line_says_goes_over_what_the_feed_has()
    {
        copy.AddFamily("Aspire");
        copy.AddFamily("MongoDB");
        Assert.Equal(["MongoDB"], await copy.BuildAsync("-p:HasAspire=false"));
        Assert.Empty(await copy.BuildAsync("-p:PackageFeed=offline"));
    }

    [Fact]
    public async Task Another_version_is_asked_for_again()
    {
        copy.AddFamily("MongoDB");
        Assert.Equal(["MongoDB"], await copy.BuildAsync());
        var versions = await File.ReadAllTextAsync(copy.InTree("eng/Versions.props"), TestContext.Current.CancellationToken);
        copy.Write("eng/Versions.props", versions.Replace("<MongoDBDriverVersion>", "<MongoDBDriverVersion>9", StringComparison.Ordinal));
        Assert.Empty(await copy.BuildAsync());
    }

    [Fact]
    public async Task A_feed_that_was_not_there_is_asked_again()
    {
        copy.AddFamily("MongoDB");
        copy.UseFeed(copy.InTree("no such folder"));
        var (code, output) = await copy.DotnetAsync("build", "One");
        Assert.NotEqual(0, code);
        Assert.Contains("could not be asked for: Aspire, MongoDB", output, StringComparison.Ordinal);
        copy.UseFeed(copy.Feed);
        Assert.Equal(["MongoDB"], await copy.BuildAsync());
    }

    public void Dispose() => copy.Dispose();
}
