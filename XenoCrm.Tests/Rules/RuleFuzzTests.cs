using System.Text;
using System.Text.Json;
using XenoCrm.Core.Rules;
using XenoCrm.Tests.Support;

namespace XenoCrm.Tests.Rules;

public sealed class RuleFuzzTests
{
    private static readonly string[] Snippets =
    [
        "{", "}", "[", "]", ",", ":", "\"", "\\", "null", "true", "false", "{}", "[]", "\"\"", "0", "-0.0", "1e999", "-1E-999",
        "99999999999999999999999999", "1.", "NaN",
        "\\u0000", "\\ud800", "\\udc00\\ud800", "\"\\ud83d\\ude00\"", "\u0000", "\ud800", "İ", "\"$and\":", "\"$or\":[", "\"$not\":{",
        "\"$everyone\":true",
        "\"$ago\"", "{\"$ago\":\"1mo\"}", "{\"$ago\":\"0d\"}", "\"$in\":[", "\"$nin\":", "\"$exists\":", "\"$gt\":", "\"$regex\":",
        "\"$where\":", "\"__proto__\":",
        "\"visits\":", "\"lastPurchaseBefore\":", "\"totalSpend\":", "\"attributes.plan\":", "\"attributes.\":", "\"2026-02-30\"",
        "\"2026-01-01T00:00:00+14:00\"", "\"0001-01-01\"",
        "/* */", "//",
    ];

    [Fact]
    public void Broken_rules_are_read_or_refused_and_nothing_else()
    {
        var (read, refused) = (0, 0);
        Property.Check(cases: 20_000, random =>
        {
            var json = Break(RuleJson.Print(new RuleSamples(random).Rule()), random);
            try
            {
                var rule = RuleJson.Parse(json);
                Assert.Equal(rule, RuleJson.Parse(RuleJson.Print(rule)));
                read++;
            }
            catch (RuleException e)
            {
                Assert.StartsWith("$", e.Path, StringComparison.Ordinal);
                Assert.NotEmpty(e.Message);
                refused++;
            }
        });
        Assert.True(Property.Replays || (read > 0 && refused > 0), $"{read} were read, {refused} refused.");
    }

    [Fact]
    public void Any_JSON_at_all_is_read_or_refused_and_nothing_else()
    {
        Property.Check(cases: 20_000, random =>
        {
            using var document = JsonDocument.Parse(Any(random, levels: 4));
            try
            {
                RuleJson.Parse(document.RootElement);
            }
            catch (RuleException)
            {
                // Refused, which is fine.
            }
        });
    }

    private static string Break(string json, Random random)
    {
        var text = new StringBuilder(json);
        for (var i = random.Next(3); i >= 0; i--)
        {
            var at = random.Next(text.Length);
            var length = Math.Min(random.Next(1, 12), text.Length - at);
            switch (random.Next(4))
            {
                case 0:
                    text.Remove(at, length);
                    break;
                case 1:
                    text.Insert(at, random.Pick(Snippets));
                    break;
                case 2:
                    text.Insert(random.Next(text.Length), text.ToString(at, length));
                    break;
                default:
                    text[at] = (char)random.Next(0x180);
                    break;
            }

            if (text.Length == 0)
            {
                return "";
            }
        }

        return text.ToString();
    }

    // JSON of the right words in any arrangement.
    private static string Any(Random random, int levels) => (levels == 0 ? random.Next(4) : random.Next(8)) switch
    {
        0 => random.Pick(["0", "1", "-2.5", "1e400", "12345678901234567890123"]),
        1 => random.Pick(["true", "false", "null"]),
        2 or 3 => random.Pick(["\"Pune\"", "\"2026-01-01\"", "\"90d\"", "\"\\ud800\"", "\"\"", "\"\\u0007\""]),
        4 => $"[{string.Join(',', Enumerable.Range(0, random.Next(3)).Select(_ => Any(random, levels - 1)))}]",
        _ => $"{{{string.Join(',', Enumerable.Range(0, random.Next(3)).Select(_ => $"\"{Word(random)}\":{Any(random, levels - 1)}"))}}}",
    };

    private static string Word(Random random) => random.Pick(
    [
        "$and", "$or", "$not", "$everyone", "$ago", "$eq", "$gt", "$in", "$exists", "$contains", "$regex", "city", "tags", "totalSpend",
        "visits", "lastOrderAt",
        "lastPurchaseBefore", "unsubscribed", "attributes.plan", "nonsense", "\\ud800", "",
    ]);
}
