namespace XenoCrm.Data.Mongo;

/// <summary>
/// A document of <c>contacts</c>, one a customer, for the account's frequency caps:
/// <code>
/// { _id: "c0001", sent: [{ rowId: "0199…", at: ISODate }], revision: 3 }
/// </code>
/// </summary>
internal sealed record MongoContact
{
    public required string Id { get; init; }

    public required IReadOnlyList<SentMessage> Sent { get; init; }

    /// <summary>Goes up with each change, so that none is made of what was read before another.</summary>
    public required int Revision { get; init; }

    internal sealed record SentMessage
    {
        public required string RowId { get; init; }

        public required DateTimeOffset At { get; init; }
    }
}
