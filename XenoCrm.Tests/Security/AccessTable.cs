using System.Text.RegularExpressions;
using XenoCrm.Tests.Support;

namespace XenoCrm.Tests.Security;

/// <summary>
/// docs/contract/access.txt: a line a route, a column a caller, under the heading of where it holds.
/// <code>
/// [without Google]
/// GET /auth/google   404  404  404  404  404  404  404  404
/// </code>
/// </summary>
internal static partial class AccessTable
{
    /// <summary>The lines that hold in a mode, with their columns aligned.</summary>
    public static List<string> Lines(AccessMode mode)
    {
        var lines = new List<string>();
        var holds = false;
        foreach (var line in File.ReadLines(Path.Combine(Repository.Root, "docs", "contract", "access.txt")).Select(line => line.Trim()))
        {
            if (line.StartsWith('['))
            {
                holds = mode.Parts.Contains(line.Trim('[', ']'));
            }
            else if (holds && line.Length > 0 && !line.StartsWith('#'))
            {
                lines.Add(Spaces().Split(line) is [var verb, var path, .. var statuses] ? Line($"{verb} {path}", statuses) : line);
            }
        }

        return lines;
    }

    public static string Line(string route, IEnumerable<string> statuses) =>
        $"{route,-44}{string.Concat(statuses.Select(status => $"{status,10}"))}";

    [GeneratedRegex(" +")]
    private static partial Regex Spaces();
}
