using System.Text.Json;
using XenoCrm.Core.Rules;

namespace XenoCrm.Benchmarks.Language;

/// <summary>One line of the file: a sentence, and what should become of it if the line says so.</summary>
/// <param name="Id">As in the file; any JSON value.</param>
/// <param name="Prompt">The sentence.</param>
/// <param name="Kind">What it is an example of.</param>
/// <param name="Rule">The rule that it says; null where it is to be refused, or where nothing is said.</param>
/// <param name="Refuse">It says no rule.</param>
internal sealed record SentenceLine(JsonElement Id, string Prompt, string Kind, Rule? Rule, bool Refuse)
{
    /// <summary>The engine is known not to understand it yet: it refuses what has a rule.</summary>
    public bool IsMissed { get; init; }

    /// <summary>Whether the line can be scored.</summary>
    public bool HasAnswer => Rule is not null || Refuse;

    /// <exception cref="InvalidDataException">A line is not one of these; says which.</exception>
    public static List<SentenceLine> ReadAll(string file)
    {
        var lines = new List<SentenceLine>();
        var number = 0;
        foreach (var line in File.ReadLines(file))
        {
            number++;
            if (string.IsNullOrWhiteSpace(line))
            {
                continue;
            }

            try
            {
                lines.Add(Read(line, number));
            }
            catch (Exception e) when (e is JsonException or RuleException or InvalidOperationException or FormatException)
            {
                throw new InvalidDataException(
                    $"{file}, line {number}: {e.Message} A line is {{\"id\", \"prompt\", \"kind\"?, \"rule\"? or \"refuse\": true}}.", e);
            }
        }

        return lines;
    }

    private static SentenceLine Read(string line, int number)
    {
        using var document = JsonDocument.Parse(line);
        var json = document.RootElement;
        if (!json.TryGetProperty("prompt", out var prompt))
        {
            throw new JsonException("The \"prompt\" is missing.");
        }

        var id = json.TryGetProperty("id", out var given) ? given.Clone() : JsonSerializer.SerializeToElement(number);
        var kind = json.TryGetProperty("kind", out var named) ? named.GetString()! : "all";
        var rule = json.TryGetProperty("rule", out var gold) && gold.ValueKind == JsonValueKind.Object ? RuleJson.Parse(gold) : null;
        var isRefusal = json.TryGetProperty("refuse", out var refuse) ? refuse.GetBoolean() : gold.ValueKind == JsonValueKind.Null;
        return new SentenceLine(id, prompt.GetString() ?? "", kind, rule, isRefusal)
        {
            IsMissed = json.TryGetProperty("missed", out var missed) && missed.GetBoolean(),
        };
    }
}
