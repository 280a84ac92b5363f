using System.Text.Encodings.Web;
using System.Text.Json;
using Microsoft.Data.Sqlite;
using XenoCrm.Data.Customers;

namespace XenoCrm.Data.Sqlite;

/// <summary>How a customer lies in its row: tags and attributes as JSON, once as they are and once in the form in which they are compared.</summary>
internal static class SqliteCustomerRow
{
    /// <summary>The columns that <see cref="Read"/> reads, in its order.</summary>
    public const string Columns =
        "id, name, email, phone, city, country, tags, attributes, created_at, unsubscribed, total_spend, order_count, first_order_at, last_order_at";

    // Only the store reads it, so nothing need be escaped for a browser, and keys stay as SQLite's JSON paths name them.
    private static readonly JsonSerializerOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>The customer of a row that begins with <see cref="Columns"/>.</summary>
    public static Customer Read(SqliteDataReader row) => new()
    {
        Id = row.GetString(0),
        Name = row.GetString(1),
        Email = Text(row, 2),
        Phone = Text(row, 3),
        City = Text(row, 4),
        Country = Text(row, 5),
        Tags = JsonSerializer.Deserialize<string[]>(row.GetString(6), Options)!,
        Attributes = JsonSerializer.Deserialize<Dictionary<string, AttributeValue>>(row.GetString(7), Options)!,
        CreatedAt = DateTimeOffset.FromUnixTimeMilliseconds(row.GetInt64(8)),
        Unsubscribed = row.GetBoolean(9),
        TotalSpend = Money.FromUnits(row.GetInt64(10)),
        OrderCount = row.GetInt32(11),
        FirstOrderAt = Time(row, 12),
        LastOrderAt = Time(row, 13),
    };

    /// <summary>For the column <c>tags</c>.</summary>
    public static string Json(IReadOnlyList<string> tags) => JsonSerializer.Serialize(tags, Options);

    /// <summary>For the column <c>tags_key</c>.</summary>
    public static string KeyJson(IReadOnlyList<string> tags) => JsonSerializer.Serialize(tags.Select(TextKey.Of), Options);

    /// <summary>For the column <c>attributes</c>.</summary>
    public static string Json(IReadOnlyDictionary<string, AttributeValue> attributes) => JsonSerializer.Serialize(attributes, Options);

    /// <summary>For the column <c>attributes_key</c>: the names as they are, texts and numbers in the form in which they are compared.</summary>
    public static string KeyJson(IReadOnlyDictionary<string, AttributeValue> attributes) =>
        JsonSerializer.Serialize(attributes.ToDictionary(pair => pair.Key, pair => Key(pair.Value)), Options);

    /// <summary>
    /// A whole number that sorts as <paramref name="number"/> does among all others. SQLite reads some decimals of 17
    /// digits, and whole numbers beyond 2^53, as another number than .NET; this it keeps exactly.
    /// </summary>
    public static long NumberKey(double number)
    {
        var bits = BitConverter.DoubleToInt64Bits(number == 0 ? 0 : number); // one key for both zeros
        return bits < 0 ? bits ^ long.MaxValue : bits;
    }

    private static object Key(AttributeValue value) => value switch
    {
        { Number: { } number } => NumberKey(number),
        { Flag: { } flag } => flag,
        _ => TextKey.Of(value.Text!),
    };

    private static string? Text(SqliteDataReader row, int column) => row.IsDBNull(column) ? null : row.GetString(column);

    private static DateTimeOffset? Time(SqliteDataReader row, int column) =>
        row.IsDBNull(column) ? null : DateTimeOffset.FromUnixTimeMilliseconds(row.GetInt64(column));
}
