using System.Text;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using XenoCrm.Tests.Support;

namespace XenoCrm.SystemTests.AppHost;

/// <summary>
/// Renders the committed chart as Helm would, as far as its templates go: values, conditions, what is required, and four
/// filters. What else Helm has is refused.
/// </summary>
internal static partial class Helm
{
    /// <param name="values">What <c>--set</c> would give: <c>secrets.mongo.mongo_password</c> to its value.</param>
    /// <returns>The objects of the chart as YAML.</returns>
    /// <exception cref="InvalidOperationException">A value that is required is empty, or one that is used is not in
    /// values.yaml.</exception>
    public static IReadOnlyList<string> Render(string chart, params (string Path, string Value)[] values)
    {
        var all = Yaml.Read(File.ReadAllText(Path.Combine(chart, "values.yaml")));
        foreach (var (path, value) in values)
        {
            var keys = path.Split('.');
            Node(all, keys[..^1]).AsObject()[keys[^1]] = value;
        }

        return
        [
            .. Directory.EnumerateFiles(
                Path.Combine(chart, "templates"), "*.yaml", SearchOption.AllDirectories).Order(StringComparer.Ordinal)
                .Select(file => Render(File.ReadAllText(file), all))
                .Where(text => !string.IsNullOrWhiteSpace(text)),
        ];
    }

    /// <inheritdoc cref="Render(string, ValueTuple{string, string}[])"/>
    /// <returns>The objects of the chart.</returns>
    public static IReadOnlyList<JsonObject> Template(string chart, params (string Path, string Value)[] values) =>
        [.. Render(chart, values).Select(Yaml.Read)];

    private static string Render(string template, JsonObject values)
    {
        var text = new StringBuilder();
        var conditions = new Stack<bool>();
        var at = 0;
        foreach (Match action in Action().Matches(template))
        {
            var literal = template[at..action.Index];
            Write(action.Groups["trim"].Success ? literal.TrimEnd() : literal);
            at = action.Index + action.Length;
            switch (action.Groups["body"].Value.Split(' '))
            {
                case ["if", var path]:
                    conditions.Push(IsTrue(Value(values, path)));
                    break;
                case ["if", "not", var path]:
                    conditions.Push(!IsTrue(Value(values, path)));
                    break;
                case ["else"]:
                    conditions.Push(!conditions.Pop());
                    break;
                case ["end"]:
                    conditions.Pop();
                    break;
                default:
                    Write(conditions.Contains(false) ? "" : Evaluate(action.Groups["body"].Value, values));
                    break;
            }
        }

        Write(template[at..]);
        return conditions.Count == 0 ? text.ToString() : throw new FormatException("A condition has no end.");

        void Write(string part) => text.Append(conditions.Contains(false) ? "" : part);
    }

    private static string Evaluate(string expression, JsonObject values)
    {
        var parts = expression.Split(" | ");
        var required = RequiredValue().Match(parts[0]);
        var value = Value(values, required.Success ? required.Groups["path"].Value : parts[0]);
        if (required.Success && !IsTrue(value))
        {
            throw new InvalidOperationException(required.Groups["message"].Value);
        }

        return parts[1..] switch
        {
            [] => value.GetValue<string>(),
            ["urlquery"] => Uri.EscapeDataString(value.GetValue<string>()),
            ["quote"] or ["toJson"] => value.ToJsonString(),
            _ => throw new FormatException($"Not known here: {expression}"),
        };
    }

    // Scalars are read as strings here, so that a number 0 and a string "false" are not told apart from what is false.
    private static bool IsTrue(JsonNode value) => value is not JsonValue scalar || scalar.GetValue<string>() is not ("" or "false");

    private static JsonNode Value(JsonObject values, string path) => path.Split('.') switch
    {
        ["", "Chart" or "Release", "Name"] => JsonValue.Create("xenocrm"),
        ["", "Values", .. var keys] => Node(values, keys),
        _ => throw new FormatException($"Not known here: {path}"),
    };

    private static JsonNode Node(JsonNode from, IEnumerable<string> keys) =>
        keys.Aggregate(
            from, (node, key) => node[key] ?? throw new InvalidOperationException($"values.yaml has no {string.Join('.', keys)}."));

    [GeneratedRegex(@"\{\{(?<trim>-)? (?<body>.+?) \}\}", RegexOptions.CultureInvariant)]
    private static partial Regex Action();

    [GeneratedRegex(@"^required `(?<message>[^`]+)` (?<path>\S+)$", RegexOptions.CultureInvariant)]
    private static partial Regex RequiredValue();
}
