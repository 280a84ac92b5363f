using System.Text.Encodings.Web;
using System.Text.Json;
using Microsoft.Data.Sqlite;
using XenoCrm.Core;
using XenoCrm.Core.Customers;
using XenoCrm.Core.Text;

namespace XenoCrm.Data.Sqlite;

/// <summary>How a customer lies in its row: tags and attributes as JSON, once as they are and once in the form that is compared.</summary>
internal static class SqliteCustomerRow
{
    /// <summary>The columns that <see cref="Read"/> reads, in its order.</summary>
    public const string Columns =
        "id, name, email, phone, phone_e164, city, country, tags, attributes, created_at, unsubscribed, "
        + "total_spend, order_count, first_order_at, last_order_at, time_zone";

    // Only the store reads it, so nothing need be escaped for a browser, and keys stay as SQLite's JSON paths name them.
    private static readonly JsonSerializerOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>The customer of a row that begins with <see cref="Columns"/>.</summary>
    public static Customer Read(SqliteDataReader row) => new()
    {
        Id = row.GetString(0),
        Name = row.GetString(1),
        Email = row.Text(2),
        Phone = row.Text(3),
        PhoneE164 = row.Text(4),
        City = row.Text(5),
        Country = row.Text(6),
        Tags = Tags(row.GetString(7)),
        Attributes = Attributes(row.GetString(8)),
        CreatedAt = row.Time(9),
        Unsubscribed = row.GetBoolean(10),
        TotalSpend = Money.FromUnits(row.GetInt64(11)),
        OrderCount = row.GetInt32(12),
        FirstOrderAt = row.TimeOrNull(13),
        LastOrderAt = row.TimeOrNull(14),
        TimeZone = row.Text(15),
    };

    /// <inheritdoc cref="Read(SqliteDataReader)"/>
    public static Customer Read(SqliteRowStatement row) => new()
    {
        Id = row.Text(0)!,
        Name = row.Text(1)!,
        Email = row.Text(2),
        Phone = row.Text(3),
        PhoneE164 = row.Text(4),
        City = row.Text(5),
        Country = row.Text(6),
        Tags = Tags(row.Text(7)!),
        Attributes = Attributes(row.Text(8)!),
        CreatedAt = DateTimeOffset.FromUnixTimeMilliseconds(row.Number(9)),
        Unsubscribed = row.Number(10) != 0,
        TotalSpend = Money.FromUnits(row.Number(11)),
        OrderCount = (int)row.Number(12),
        FirstOrderAt = row.IsNull(13) ? null : DateTimeOffset.FromUnixTimeMilliseconds(row.Number(13)),
        LastOrderAt = row.IsNull(14) ? null : DateTimeOffset.FromUnixTimeMilliseconds(row.Number(14)),
        TimeZone = row.Text(15),
    };

    public static string[] Tags(string json) => json == "[]" ? [] : JsonSerializer.Deserialize<string[]>(json, Options)!;

    public static Dictionary<string, AttributeValue> Attributes(string json) =>
        json == "{}" ? [] : JsonSerializer.Deserialize<Dictionary<string, AttributeValue>>(json, Options)!;

    /// <summary>For the column <c>phone_key</c>: the forms by which a rule finds the number.</summary>
    public static string? PhoneKeyJson(string? phone, string? e164) =>
        phone is null ? null : JsonSerializer.Serialize(PhoneNumber.KeysOf(phone, e164), Options);

    /// <summary>For the column <c>tags</c>.</summary>
    public static string Json(IReadOnlyList<string> tags) => JsonSerializer.Serialize(tags, Options);

    /// <summary>For the column <c>tags_key</c>.</summary>
    public static string KeyJson(IReadOnlyList<string> tags) => JsonSerializer.Serialize(tags.Select(TextKey.Of), Options);

    /// <summary>For the column <c>attributes</c>.</summary>
    public static string Json(IReadOnlyDictionary<string, AttributeValue> attributes) => JsonSerializer.Serialize(attributes, Options);

    /// <summary>
    /// For the column <c>attributes_key</c>: the names as they are, texts in their key form, numbers as in <see cref="NumberKey"/>.
    /// </summary>
    public static string KeyJson(IReadOnlyDictionary<string, AttributeValue> attributes) =>
        JsonSerializer.Serialize(attributes.ToDictionary(pair => pair.Key, pair => Key(pair.Value)), Options);

    /// <summary>
    /// A number as SQLite gives it out of <c>attributes_key</c>: an array of one text that sorts as the number does, which sets it
    /// apart from an attribute that is text. SQLite's own numbers would be rounded.
    /// </summary>
    public static string NumberKey(ExactNumber number) => $"[\"{number.ToSortKey()}\"]";

    private static object Key(AttributeValue value) => value switch
    {
        { Number: { } number } => new[] { ExactNumber.Of(number).ToSortKey() },
        { Flag: { } flag } => flag,
        _ => TextKey.Of(value.Text!),
    };
}
