using XenoCrm.Core.Imports;
using XenoCrm.Core.Rows;

namespace XenoCrm.Data.Mongo;

/// <summary>
/// A document of <c>imports</c>:
/// <code>
/// { _id: "0199…", kind: "orders", status: "running", rows: 2000, accepted: 1999, rejected: 1,
///   errors: [{ row: 17, field: "amount", message: "…" }], message: "…", replica: "api-0", by: "mara@example.com",
///   createdAt: ISODate, completedAt: ISODate,
///   form: { encoding: "UTF-8", separator: ";", columns: [{ name: "E-Mail", field: "email" }], dates: "dmy", rows: 2500, dryRun: false,
///     hasHint: false } }
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

    public string? By { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    public DateTimeOffset? CompletedAt { get; init; }

    public ImportFormDocument? Form { get; init; }

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
        By = import.By,
        CreatedAt = import.CreatedAt,
        CompletedAt = import.CompletedAt,
        Form = import.Form is null ? null : ImportFormDocument.Of(import.Form),
    };

    public Import ToImport() => new()
    {
        Id = Id,
        Kind = Enum.Parse<ImportKind>(Kind, ignoreCase: true),
        Status = Enum.Parse<ImportStatus>(Status, ignoreCase: true),
        Tally = new RowTally(Rows, Accepted, Rejected, [.. Errors.Select(error => new RowError(error.Row, error.Field, error.Message))]),
        Message = Message,
        Replica = Replica,
        By = By,
        CreatedAt = CreatedAt,
        CompletedAt = CompletedAt,
        Form = Form?.ToForm(),
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

    internal sealed record ImportFormDocument
    {
        public required string Encoding { get; init; }

        public required string Separator { get; init; }

        public required bool HasHint { get; init; }

        public required IReadOnlyList<ImportColumnDocument> Columns { get; init; }

        public string? Dates { get; init; }

        public long? Rows { get; init; }

        public required bool DryRun { get; init; }

        public static ImportFormDocument Of(ImportForm form) => new()
        {
            Encoding = form.Encoding,
            Separator = form.Separator.ToString(),
            HasHint = form.HasHint,
            Columns = [.. form.Columns.Select(column => new ImportColumnDocument { Name = column.Name, Field = column.Field })],
            Dates = form.Dates,
            Rows = form.Rows,
            DryRun = form.DryRun,
        };

        public ImportForm ToForm() => new()
        {
            Encoding = Encoding,
            Separator = Separator[0],
            HasHint = HasHint,
            Columns = [.. Columns.Select(column => new ImportColumn(column.Name, column.Field))],
            Dates = Dates,
            Rows = Rows,
            DryRun = DryRun,
        };
    }

    internal sealed record ImportColumnDocument
    {
        public required string Name { get; init; }

        public string? Field { get; init; }
    }
}
