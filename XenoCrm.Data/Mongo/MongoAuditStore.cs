using MongoDB.Driver;
using XenoCrm.Core;
using XenoCrm.Core.Audit;

namespace XenoCrm.Data.Mongo;

/// <summary>
/// A document of <c>audit</c>:
/// <code>
/// { _id: "0199…", at: ISODate, actor: "mara@example.com", action: "person.role-changed", subject: "0199…", detail: "viewer → admin" }
/// </code>
/// </summary>
internal sealed record MongoAuditEntry
{
    public required string Id { get; init; }

    public required DateTimeOffset At { get; init; }

    public required string Actor { get; init; }

    public required string Action { get; init; }

    public string? Subject { get; init; }

    public string? Detail { get; init; }

    public static MongoAuditEntry Of(AuditEntry entry) => new()
    {
        Id = entry.Id,
        At = entry.At,
        Actor = entry.Actor,
        Action = entry.Action,
        Subject = entry.Subject,
        Detail = entry.Detail,
    };

    public AuditEntry ToEntry() => new(Id, At, Actor, Action, Subject, Detail);
}

internal sealed class MongoAuditStore(MongoStore store) : IAuditStore
{
    public Task AddAsync(AuditEntry entry, CancellationToken cancellationToken) =>
        store.RunAsync(token => store.Audit.InsertOneAsync(MongoAuditEntry.Of(entry), cancellationToken: token), cancellationToken);

    public Task<Page<AuditEntry>> ListAsync(AuditFilter filter, PageRequest page, CancellationToken cancellationToken) => store.RunAsync(
        async token =>
        {
            var entries = await store.FindPageAsync(
                store.Audit, filter.ListName, page, entry => entry.Id, token,
                entry => (filter.Action == null || entry.Action == filter.Action) && (filter.Actor == null || entry.Actor == filter.Actor));
            return entries.Select(entry => entry.ToEntry());
        },
        cancellationToken);
}
