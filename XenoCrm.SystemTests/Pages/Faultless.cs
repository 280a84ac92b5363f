using Deque.AxeCore.Commons;
using Deque.AxeCore.Playwright;

namespace XenoCrm.SystemTests.Pages;

/// <summary>What can be said of any page as it stands there.</summary>
internal static class Faultless
{
    /// <summary>All of axe's rules, best practices among them; of any impact.</summary>
    public static Task AssertAsync(Visit visit) =>
        AssertAsync(visit, new AxeRunOptions { ResultTypes = [ResultType.Violations] });

    /// <summary>The rules of colours alone: by night nothing else of a page differs.</summary>
    public static Task AssertColoursAsync(Visit visit) => AssertAsync(
        visit,
        new AxeRunOptions { ResultTypes = [ResultType.Violations], RunOnly = new RunOnlyOptions { Type = "tag", Values = ["cat.color"] } });

    private static async Task AssertAsync(Visit visit, AxeRunOptions rules)
    {
        var found = await visit.Page.RunAxe(rules);
        var words = found.Violations.SelectMany(rule => rule.Nodes, (rule, node) =>
        {
            var why = string.Join("; ", node.Any.Concat(node.All).Concat(node.None).Select(check => check.Message));
            return $"{rule.Impact} {rule.Id}: {rule.Help}\n  {node.Html}\n  {why}";
        });
        Assert.True(found.Violations.Length == 0, $"{visit.Path}\n{string.Join('\n', words)}");
    }

    /// <summary>Nothing is wider than the window.</summary>
    public static async Task AssertFitsAsync(Visit visit, int width)
    {
        var wide = await visit.Page.EvaluateAsync<string[]>(
            """
            width => document.documentElement.scrollWidth <= width ? [] : [...document.querySelectorAll("body *")]
                .filter(e => e.getBoundingClientRect().right > width + 1)
                .map(e => `${e.tagName}.${e.className} ends at ${Math.round(e.getBoundingClientRect().right)}`)
            """,
            width);
        Assert.True(wide.Length == 0, $"{visit.Path}\n{string.Join('\n', wide)}");
    }
}
