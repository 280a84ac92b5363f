using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using XenoCrm.Tests.Support;

namespace XenoCrm.Tests.AppHost;

/// <summary>Renders the committed chart as Helm would, as far as its templates go: values, defaults and what is required.</summary>
internal static partial class Helm
{
    /// <param name="values">What <c>--set</c> would give: <c>secrets.mongo.mongo_password</c> to its value.</param>
    /// <returns>The objects of the chart.</returns>
    /// <exception cref="InvalidOperationException">A value that is required is empty, or one that is used is not in values.yaml.</exception>
    public static IReadOnlyList<JsonObject> Template(string chart, params (string Path, string Value)[] values)
    {
        var all = Yaml.Read(File.ReadAllText(Path.Combine(chart, "values.yaml")));
        foreach (var (path, value) in values)
        {
            var keys = path.Split('.');
            Node(all, keys[..^1]).AsObject()[keys[^1]] = value;
        }

        return
        [
            .. Directory.EnumerateFiles(Path.Combine(chart, "templates"), "*.yaml", SearchOption.AllDirectories).Order(StringComparer.Ordinal)
                .Select(file => Yaml.Read(Action().Replace(File.ReadAllText(file), action => Evaluate(action, all)))),
        ];
    }

    private static string Evaluate(Match action, JsonObject values)
    {
        if (action.Groups["builtin"].Success)
        {
            return "xenocrm";
        }

        var text = Node(values, action.Groups["path"].Value.Split('.')).GetValue<string>();
        if (text.Length == 0 && action.Groups["required"].Success)
        {
            throw new InvalidOperationException(action.Groups["required"].Value);
        }

        return action.Groups["filter"].Value == "urlquery" ? Uri.EscapeDataString(text) : text;
    }

    private static JsonNode Node(JsonNode from, IEnumerable<string> keys) =>
        keys.Aggregate(from, (node, key) => node[key] ?? throw new InvalidOperationException($"values.yaml has no {string.Join('.', keys)}."));

    [GeneratedRegex(@"\{\{ (?:(?<builtin>\.(?:Chart|Release)\.Name)|(?:required `(?<required>[^`]+)` )?\.Values\.(?<path>[\w.]+)(?: \| (?<filter>urlquery))?) \}\}", RegexOptions.CultureInvariant)]
    private static partial Regex Action();
}
