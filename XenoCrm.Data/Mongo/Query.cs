using System.Text;
using MongoDB.Bson;

namespace XenoCrm.Data.Mongo;

/// <summary>The pieces that filters and updates are made of. Values are BSON values, so that none can be read as an operator.</summary>
internal static class Query
{
    public static readonly BsonDocument Everything = [];
    public static readonly BsonDocument Nobody = new("_id", new BsonDocument("$in", new BsonArray()));
    public static readonly BsonDocument Present = new("$exists", true);
    public static readonly BsonDocument Absent = new("$exists", false);

    public static BsonDocument Gt(BsonValue value) => new("$gt", value);

    public static BsonDocument Gte(BsonValue value) => new("$gte", value);

    public static BsonDocument Lt(BsonValue value) => new("$lt", value);

    public static BsonDocument Lte(BsonValue value) => new("$lte", value);

    public static BsonDocument In(IEnumerable<BsonValue> values) => new("$in", new BsonArray(values));

    public static BsonDocument In(IEnumerable<string> values) => In(values.Select(value => (BsonValue)value));

    /// <summary>From <paramref name="start"/> on, below <paramref name="end"/>.</summary>
    public static BsonDocument Range(long start, long end) => new() { { "$gte", start }, { "$lt", end } };

    /// <summary>Text that has <paramref name="part"/> in it, taken literally.</summary>
    public static BsonDocument Contains(string part) => Matches(Literal(part));

    public static BsonDocument StartsWith(string part) => Matches("^" + Literal(part));

    public static BsonDocument EndsWith(string part) => Matches(Literal(part) + @"\z");

    /// <summary><c>{$set: …, $unset: …}</c>; either may be left out.</summary>
    public static BsonDocument Change(BsonDocument? set = null, params ReadOnlySpan<string> unset)
    {
        var change = new BsonDocument();
        if (set is { ElementCount: > 0 })
        {
            change.Add("$set", set);
        }

        if (unset.Length > 0)
        {
            var names = new BsonDocument();
            foreach (var name in unset)
            {
                names.Add(name, "");
            }

            change.Add("$unset", names);
        }

        return change;
    }

    private static BsonDocument Matches(string pattern) => new("$regex", new BsonRegularExpression(pattern));

    /// <summary>A backslash before anything of ASCII that no word is made of means that character, to every version of PCRE.</summary>
    private static string Literal(string text)
    {
        var literal = new StringBuilder();
        foreach (var c in text)
        {
            if (char.IsAscii(c) && !char.IsAsciiLetterOrDigit(c) && c != '_')
            {
                literal.Append('\\');
            }

            literal.Append(c);
        }

        return literal.ToString();
    }
}
