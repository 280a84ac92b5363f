using System.Text;
using Microsoft.Data.Sqlite;

namespace XenoCrm.Data.Sqlite;

/// <summary>
/// Who has a text anywhere in their name or address. Where few have its letters, they are found by the index of letters and put in order;
/// where many have, they stand close enough in any order to be met on the way through it.
/// </summary>
internal static class SqliteCustomerSearch
{
    // More of them are not sorted faster than a million are walked through.
    private const int Few = 20_000;

    /// <summary>For SQL: where to look, which is at all customers or at those who have the text's letters, and who has the text.</summary>
    /// <param name="rule">The search, whose parameters these are too.</param>
    /// <param name="connection">To find out how many they are.</param>
    /// <param name="text">In its key form.</param>
    public static (string From, string Condition) For(SqliteRule rule, SqliteConnection connection, string text)
    {
        var key = rule.Add(text);
        var condition = $"(instr(name_key, {key}) > 0 OR instr(email_key, {key}) > 0)";
        if (Letters(text) is not { } letters
            || connection.Scalar<long>(
                "SELECT count(*) FROM (SELECT 1 FROM customers_text WHERE customers_text MATCH ?1 LIMIT ?2)", letters, Few + 1) > Few)
        {
            return ("customers", condition);
        }

        var few = $"""
            (SELECT rowid AS found FROM customers_text WHERE customers_text MATCH {rule.Add(letters)})
            CROSS JOIN customers ON number = found
            """;
        return (few, condition);
    }

    // "asha" is "ash" AND "sha". Shorter than three letters it is in no index.
    private static string? Letters(string text)
    {
        var runes = text.EnumerateRunes().ToArray();
        if (runes.Length < 3)
        {
            return null;
        }

        var match = new StringBuilder();
        for (var start = 0; start + 3 <= runes.Length; start++)
        {
            match.Append(start == 0 ? "\"" : " AND \"");
            foreach (var rune in runes.AsSpan(start, 3))
            {
                match.Append(rune.Value == '"' ? "\"\"" : rune.ToString());
            }

            match.Append('"');
        }

        return match.ToString();
    }
}
