using Microsoft.Data.Sqlite;
using XenoCrm.Core.Rules;
using XenoCrm.Core.Segments;

namespace XenoCrm.Data.Sqlite;

internal static class SqliteSegmentRow
{
    /// <summary>The columns that <see cref="Read"/> reads, in its order, of the table segments.</summary>
    public const string Columns = "id, name, rule, prompt, created_by, created_at, audience, archived";

    /// <param name="connection">Within a write.</param>
    /// <param name="segment">A new one.</param>
    /// <param name="visible">False while its campaign is preparing.</param>
    /// <param name="idempotencyKey">Of one that no campaign comes with; null for none.</param>
    public static void Insert(SqliteConnection connection, Segment segment, bool visible, string? idempotencyKey = null) =>
        connection.Execute(
        """
        INSERT INTO segments (id, name, rule, prompt, created_by, created_at, audience, visible, idempotency_key)
        VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)
        """,
        segment.Id,
        segment.Name,
        RuleJson.Print(segment.Rule),
        segment.Prompt,
        segment.CreatedBy,
        segment.CreatedAt,
        segment.Audience,
        visible,
        idempotencyKey);

    public static Segment Read(SqliteDataReader row) => new(
        row.GetString(0),
        row.GetString(1),
        StoredRules.Read($"Segment {row.GetString(0)}", () => RuleJson.ParseStored(row.GetString(2))),
        row.Text(3),
        row.GetString(4),
        row.Time(5),
        row.GetInt64(6))
    {
        IsArchived = row.GetBoolean(7),
    };
}
