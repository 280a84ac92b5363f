using System.Globalization;
using XenoCrm.Core.Imports;
using XenoCrm.Core.Rows;

namespace XenoCrm.Data.Mongo;

/// <summary>
/// A document of <c>rejections</c>, a field that kept a row of a file out. Its id is the import's, the checkpoint before its batch, and
/// its place in there, so that a batch that is stored again after a crash replaces what it left:
/// <code>
/// { _id: "0199…/000000002000/000017", row: 2019, field: "amount", message: "…" }
/// </code>
/// </summary>
internal sealed record MongoRejection
{
    // The character after the slash.
    private const char AfterSlash = '0';

    public required string Id { get; init; }

    public required long Row { get; init; }

    public required string Field { get; init; }

    public required string Message { get; init; }

    public RowError ToError() => new(Row, Field, Message);

    public static MongoRejection Of(Import import, int index, RowError error) => new()
    {
        Id = string.Create(CultureInfo.InvariantCulture, $"{IdAt(import.Id, import.Tally.Rows)}{index:D7}"),
        Row = error.Row,
        Field = error.Field,
        Message = error.Message,
    };

    /// <summary>Before every rejection of the batch after that checkpoint, and after those of the batches before it.</summary>
    public static string IdAt(string importId, long rows) => string.Create(CultureInfo.InvariantCulture, $"{importId}/{rows:D12}/");

    /// <summary>After every rejection of the batch after that checkpoint.</summary>
    public static string IdAfter(string importId, long rows) => IdAt(importId, rows)[..^1] + AfterSlash;
}
