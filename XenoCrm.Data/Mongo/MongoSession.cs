using XenoCrm.Core.People;

namespace XenoCrm.Data.Mongo;

/// <summary>
/// A document of <c>sessions</c>; the server deletes it some time after <c>expiresAt</c>:
/// <code>
/// { _id: "9hV2…", personId: "0199…", startedAt: ISODate, expiresAt: ISODate }
/// </code>
/// </summary>
internal sealed record MongoSession
{
    public required string Id { get; init; }

    public required string PersonId { get; init; }

    public required DateTimeOffset StartedAt { get; init; }

    public required DateTimeOffset ExpiresAt { get; init; }

    public static MongoSession Of(Session session) => new()
    {
        Id = session.Id,
        PersonId = session.PersonId,
        StartedAt = session.StartedAt,
        ExpiresAt = session.ExpiresAt,
    };

    public Session ToSession() => new(Id, PersonId, StartedAt, ExpiresAt);
}
