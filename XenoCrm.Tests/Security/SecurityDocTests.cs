using System.Text.RegularExpressions;
using XenoCrm.Tests.Support;

namespace XenoCrm.Tests.Security;

/// <summary>docs/security.md names a test for each answer; a test that is renamed or removed takes its line along.</summary>
public sealed partial class SecurityDocTests
{
    [Fact]
    public void Every_test_that_the_document_names_is_there()
    {
        var sources = new[] { "XenoCrm.Tests", "XenoCrm.SystemTests" }
            .SelectMany(project => Directory.EnumerateFiles(Path.Combine(Repository.Root, project), "*.cs", SearchOption.AllDirectories))
            .ToLookup(file => Path.GetFileNameWithoutExtension(file));
        var named = Reference().Matches(File.ReadAllText(Path.Combine(Repository.Root, "docs", "security.md"))).ToArray();
        Assert.True(named.Length > 20, $"Only {named.Length} tests are named.");
        Assert.All(named, name => Assert.True(
            sources[name.Groups[1].Value]
                .Any(file => File.ReadAllText(file).Contains($" {name.Groups[2].Value}(", StringComparison.Ordinal)),
            $"There is no test {name.Value}."));
    }

    [GeneratedRegex("`([A-Z][A-Za-z]+(?:Tests|Contract))\\.([A-Za-z0-9_]+)`")]
    private static partial Regex Reference();
}
