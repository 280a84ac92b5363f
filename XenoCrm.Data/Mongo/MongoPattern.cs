using System.Text;
using MongoDB.Bson;

namespace XenoCrm.Data.Mongo;

/// <summary>Patterns that take a text literally.</summary>
internal static class MongoPattern
{
    public static BsonRegularExpression Contains(string part) => new(Literal(part));

    public static BsonRegularExpression StartsWith(string part) => new("^" + Literal(part));

    public static BsonRegularExpression EndsWith(string part) => new(Literal(part) + @"\z");

    public static BsonRegularExpression EndsWithOneOf(IEnumerable<string> parts) =>
        new($@"(?:{string.Join('|', parts.Select(Literal))})\z");

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
