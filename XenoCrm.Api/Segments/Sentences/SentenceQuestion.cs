using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using XenoCrm.Api.Ai;
using XenoCrm.Core.Rules;
using XenoCrm.Language;
using XenoCrm.Language.Meaning;

namespace XenoCrm.Api.Segments.Sentences;

/// <summary>
/// Asks the model for the rule of a sentence, and believes none of its answer: the rule goes through the parser and the checks of every
/// rule, and two of ours. Everybody is selected only where our own engine reads the sentence so, and a figure must stand in the sentence.
/// </summary>
internal static class SentenceQuestion
{
    private static readonly Dictionary<string, RefusalReason> Reasons = new()
    {
        ["not_understood"] = RefusalReason.NotUnderstood,
        ["no_such_field"] = RefusalReason.NoSuchField,
        ["vague"] = RefusalReason.Vague,
        ["ranking"] = RefusalReason.Ranking,
        ["contradictory"] = RefusalReason.Contradictory,
        ["steering"] = RefusalReason.Steering,
    };

    /// <param name="sentence">What the person typed.</param>
    /// <param name="hints">What is told of the account.</param>
    /// <param name="builtIn">What the built-in engine makes of the sentence.</param>
    /// <param name="time">From when dates are reckoned, and in whose days.</param>
    public static ModelQuestion<Reading> Of(string sentence, ModelHints hints, Reading builtIn, RuleTime time)
    {
        var data = new JsonObject
        {
            ["today"] = time.Today.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture),
            ["cities"] = List(hints.Cities),
            ["countries"] = List(hints.Countries),
            ["tags"] = List(hints.Tags),
            ["sentence"] = sentence,
        };
        return new ModelQuestion<Reading>(
            "sentence", SentenceInstructions.Of(hints.AttributeKeys), data.ToJsonString(), Schema(hints.AttributeKeys), answer =>
                Read(answer, sentence, builtIn, time));
    }

    public static JsonObject Schema(IReadOnlyList<string> attributeKeys)
    {
        var schema = ModelSchema.Object(
            ("refused",
                ModelSchema.OrNull(
                    ModelSchema.Object(("reason", ModelSchema.OneOf(Reasons.Keys)), ("words", ModelSchema.ListOf(ModelSchema.Text()))))),
            ("rule", ModelSchema.OrNull(ModelSchema.Reference(RuleWire.Name))));
        schema["$defs"] = new JsonObject { [RuleWire.Name] = RuleWire.Schema(attributeKeys) };
        return schema;
    }

    private static Reading Read(JsonElement answer, string sentence, Reading builtIn, RuleTime time)
    {
        if (answer.ValueKind != JsonValueKind.Object)
        {
            throw new ModelAnswerException("An object with \"refused\" and \"rule\" was expected.");
        }

        if (answer.TryGetProperty("refused", out var refused) && refused.ValueKind == JsonValueKind.Object)
        {
            return ReadRefusal(refused, sentence);
        }

        if (!answer.TryGetProperty("rule", out var node) || node.ValueKind == JsonValueKind.Null)
        {
            throw new ModelAnswerException("One of \"refused\" and \"rule\" has to be there.");
        }

        try
        {
            return Check(RuleWire.Parse(node), sentence, builtIn, time);
        }
        catch (RuleException e)
        {
            throw new ModelAnswerException($"The rule is wrong at {e.Path}: {e.Message}");
        }
    }

    private static Understood Check(Rule rule, string sentence, Reading builtIn, RuleTime time)
    {
        if (rule is Everyone && builtIn is not Understood { Rule: Everyone })
        {
            throw new ModelAnswerException("The sentence does not ask for all customers. Say its conditions, or refuse it.");
        }

        try
        {
            Consistency.Check(rule, time);
        }
        catch (SentenceRefusedException e)
        {
            throw new ModelAnswerException(e.Message);
        }

        if (Guesses.FindCondition(rule, sentence, time) is { } guess)
        {
            throw new ModelAnswerException($"Nothing in the sentence says this: {guess} Never guess; refuse the sentence as vague.");
        }

        return new Understood(RuleJson.Parse(RuleJson.Print(rule)),
            [.. Guesses.FindTexts(rule, sentence).Select(text => $"“{text}” does not stand in the sentence. Check that it is meant.")]);
    }

    // Only words of the sentence are quoted: nothing that the model wrote reaches a person.
    private static Refusal ReadRefusal(JsonElement refused, string sentence)
    {
        var reason = refused.TryGetProperty("reason", out var named)
            && named.ValueKind == JsonValueKind.String
            && Reasons.TryGetValue(named.GetString()!, out var known) ? known : RefusalReason.NotUnderstood;
        string[] words = refused.TryGetProperty("words", out var list) && list.ValueKind == JsonValueKind.Array
            ? [.. list.EnumerateArray()
                .Where(word => word.ValueKind == JsonValueKind.String)
                .Select(word => word.GetString()!.Trim())
                .Where(word => word.Length > 0 && sentence.Contains(word, StringComparison.OrdinalIgnoreCase))
                .Take(8)]
            : [];
        if (words.Length == 0)
        {
            words = [sentence.Length <= 60 ? sentence.Trim() : sentence[..60].Trim() + "…"];
        }

        return new Refusal(reason, Message(reason, words));
    }

    private static string Message(RefusalReason reason, string[] words) => (reason switch
    {
        RefusalReason.NoSuchField => Refusals.NoSuchField(words),
        RefusalReason.Vague => Refusals.Vague(words[0]),
        RefusalReason.Ranking => Refusals.Ranking(words[0]),
        RefusalReason.Contradictory => Refusals.Contradictory(),
        RefusalReason.Steering => Refusals.Steering(words[0]),
        _ => Refusals.Unknown(words),
    }).Message;

    private static JsonArray List(IReadOnlyList<string> words) => new([.. words.Select(word => (JsonNode)word)]);
}
