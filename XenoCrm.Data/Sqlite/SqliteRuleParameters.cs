using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace XenoCrm.Data.Sqlite;

/// <summary>The values of one condition. A list is one parameter however long it is: SQLite counts parameters.</summary>
internal sealed class SqliteRuleParameters
{
    private static readonly JsonSerializerOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private readonly List<object> values = [];

    public IReadOnlyList<object> Values => values;

    /// <summary>The parameter's name, for the SQL.</summary>
    public string Add(string value) => AddValue(value);

    /// <inheritdoc cref="Add(string)"/>
    public string Add(long value) => AddValue(value);

    /// <inheritdoc cref="Add(string)"/>
    public string AddValue(object value)
    {
        values.Add(value);
        return string.Create(CultureInfo.InvariantCulture, $"?{values.Count}");
    }

    /// <summary>A table with the column <c>value</c>.</summary>
    public string AddTable<T>(IEnumerable<T> rows) => $"json_each({AddValue(JsonSerializer.Serialize(rows, Options))})";

    /// <summary>Whether <paramref name="sql"/> is one of <paramref name="candidates"/>, which are all text or all whole numbers.</summary>
    public string OneOf<T>(string sql, IReadOnlyList<T> candidates) where T : notnull => candidates switch
    {
        [] => "FALSE",
        [var only] => $"{sql} = {AddValue(only)}",
        _ => $"{sql} IN (SELECT value FROM {AddTable(candidates)})",
    };
}
