using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace XenoCrm.Tests.Support;

/// <summary>
/// Reads the YAML that Aspire's publishers write: block mappings and sequences of plain and double-quoted scalars. What
/// else YAML has is refused, so that nothing is misread. Every scalar is a string.
/// </summary>
internal sealed partial class Yaml
{
    private readonly List<(int Indent, string Text)> lines;
    private int at;

    private Yaml(string text) => lines =
    [
        .. text.ReplaceLineEndings("\n").Split('\n')
            .Where(line => line.Trim() is { Length: > 0 } content && content != "---" && content[0] != '#')
            .Select(line => (line.Length - line.TrimStart().Length, line.Trim())),
    ];

    /// <exception cref="FormatException">It is not of that kind.</exception>
    public static JsonObject Read(string text)
    {
        var yaml = new Yaml(text);
        var node = yaml.Block(0);
        return yaml.at == yaml.lines.Count ? node.AsObject() : throw yaml.Refused();
    }

    private JsonNode Block(int indent) => lines[at].Text.StartsWith("- ", StringComparison.Ordinal) ? Sequence(indent) : Mapping(indent);

    private JsonArray Sequence(int indent)
    {
        var items = new JsonArray();
        while (at < lines.Count && lines[at].Indent == indent && lines[at].Text.StartsWith("- ", StringComparison.Ordinal))
        {
            var item = lines[at].Text[2..];
            if (Entry().IsMatch(item))
            {
                lines[at] = (indent + 2, item);
                items.Add((JsonNode)Mapping(indent + 2));
            }
            else
            {
                items.Add((JsonNode)Scalar(item));
                at++;
            }
        }

        return items;
    }

    private JsonObject Mapping(int indent)
    {
        var mapping = new JsonObject();
        while (at < lines.Count && lines[at].Indent == indent && !lines[at].Text.StartsWith("- ", StringComparison.Ordinal))
        {
            var entry = Entry().Match(lines[at].Text);
            if (!entry.Success)
            {
                throw Refused();
            }

            var value = entry.Groups["value"].Value;
            JsonNode node;
            if (value.Length > 0)
            {
                node = Scalar(value);
                at++;
            }
            else
            {
                at++;
                node = at < lines.Count && lines[at].Indent > indent ? Block(lines[at].Indent) : throw Refused();
            }

            mapping.Add(entry.Groups["key"].Value, node);
        }

        return mapping;
    }

    private JsonValue Scalar(string text) => text[0] == '"' ? JsonNode.Parse(text)!.AsValue()
        : Plain().IsMatch(text) ? JsonValue.Create(text)
        : throw Refused();

    private FormatException Refused() => new($"Not read: {(at < lines.Count ? lines[at].Text : "the end")}");

    [GeneratedRegex(@"^(?<key>[\w./-]+):(?: (?<value>.+))?$", RegexOptions.CultureInvariant)]
    private static partial Regex Entry();

    [GeneratedRegex(@"^[\w./-]+$", RegexOptions.CultureInvariant)]
    private static partial Regex Plain();
}
