using XenoCrm.Data.Imports;

namespace XenoCrm.Data.Mongo;

/// <summary>
/// A document of <c>imports</c>:
/// <code>
/// { _id: "0199…", kind: "orders", status: "running", rows: 2000, accepted: 1999, rejected: 1,
///   errors: [{ row: 17, field: "amount", message: "…" }], message: "…", replica: "api-0", createdAt: ISODate, completedAt: ISODate }
/// </code>
/// </summary>
internal sealed record MongoImport
{
    public const string Running = "running";

    public required string Id { get; init; }

    public required string Kind { get; init; }

    public required string Status { get; init; }

    public required long Rows { get; init; }

    public required long Accepted { get; init; }

    public required long Rejected { get; init; }

    public required IReadOnlyList<ImportError> Errors { get; init; }

    public string? Message { get; init; }

    public string? Replica { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    public DateTimeOffset? CompletedAt { get; init; }

    public static MongoImport Of(Import import) => new()
    {
        Id = import.Id,
        Kind = Name(import.Kind),
        Status = Name(import.Status),
        Rows = import.Tally.Rows,
        Accepted = import.Tally.Accepted,
        Rejected = import.Tally.Rejected,
        Errors = [.. import.Tally.Errors.Select(ImportError.Of)],
        Message = import.Message,
        Replica = import.Replica,
        CreatedAt = import.CreatedAt,
        CompletedAt = import.CompletedAt,
    };

    public Import ToImport() => new()
    {
        Id = Id,
        Kind = Enum.Parse<ImportKind>(Kind, ignoreCase: true),
        Status = Enum.Parse<ImportStatus>(Status, ignoreCase: true),
        Tally = new RowTally(Rows, Accepted, Rejected, [.. Errors.Select(error => new RowError(error.Row, error.Field, error.Message))]),
        Message = Message,
        Replica = Replica,
        CreatedAt = CreatedAt,
        CompletedAt = CompletedAt,
    };

    public static string Name<T>(T value)
        where T : struct, Enum => value.ToString().ToLowerInvariant();

    internal sealed record ImportError
    {
        public required long Row { get; init; }

        public required string Field { get; init; }

        public required string Message { get; init; }

        public static ImportError Of(RowError error) => new() { Row = error.Row, Field = error.Field, Message = error.Message };
    }

    internal static class Names
    {
        public const string Id = "_id";
        public const string Status = "status";
        public const string Rows = "rows";
        public const string Accepted = "accepted";
        public const string Rejected = "rejected";
        public const string Errors = "errors";
        public const string Message = "message";
        public const string CompletedAt = "completedAt";
    }
}
