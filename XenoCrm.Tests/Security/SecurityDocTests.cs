using System.Text.RegularExpressions;
using XenoCrm.Tests.Support;

namespace XenoCrm.Tests.Security;

/// <summary>docs/security.md names a test for each answer; a test that is renamed or removed takes its line along.</summary>
public sealed partial class SecurityDocTests
{
    [Fact]
    public void Every_test_that_the_document_names_is_there()
    {
        var tests = typeof(SecurityDocTests).Assembly.GetTypes()
            .GroupBy(type => type.Name)
            .ToDictionary(
                types => types.Key,
                types => types.SelectMany(type => type.GetMethods()).Where(IsTest).Select(method => method.Name).ToHashSet());
        var named = Reference().Matches(File.ReadAllText(Path.Combine(Repository.Root, "docs", "security.md"))).ToArray();
        Assert.True(named.Length > 20, $"Only {named.Length} tests are named.");
        Assert.All(
            named,
            name =>
                Assert.True(
                    tests.TryGetValue(name.Groups[1].Value, out var methods) && methods.Contains(name.Groups[2].Value),
                    $"There is no test {name.Value}."));
    }

    private static bool IsTest(System.Reflection.MethodInfo method) =>
        method.GetCustomAttributes(typeof(FactAttribute), inherit: true).Length > 0;

    [GeneratedRegex("`([A-Z][A-Za-z]+(?:Tests|Contract))\\.([A-Za-z0-9_]+)`")]
    private static partial Regex Reference();
}
