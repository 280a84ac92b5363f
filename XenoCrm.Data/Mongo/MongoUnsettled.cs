using MongoDB.Bson;

namespace XenoCrm.Data.Mongo;

/// <summary>
/// A document of <c>unsettled</c>, there while somebody writes what changes totals, and after a crash:
/// <code>
/// { _id: ObjectId, at: ISODate, customers: ["c1"], emails: ["mara@example.com"], orders: ["o1"] }
/// </code>
/// </summary>
internal sealed record MongoUnsettled
{
    public required ObjectId Id { get; init; }

    public required DateTimeOffset At { get; init; }

    /// <summary>Whose orders are to be counted.</summary>
    public required IReadOnlyList<string> Customers { get; init; }

    /// <summary>The addresses for which orders may wait.</summary>
    public required IReadOnlyList<string> Emails { get; init; }

    /// <summary>Orders that were written: their refunds go where they go. Absent in what an older process announced.</summary>
    public IReadOnlyList<string>? Orders { get; init; }
}
