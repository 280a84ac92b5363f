using MongoDB.Driver;
using XenoCrm.Core.People;

namespace XenoCrm.Data.Mongo;

internal sealed class MongoSessionStore(MongoStore store) : ISessionStore
{
    public Task BeginAsync(Session session, CancellationToken cancellationToken) => store.RunAsync(
        token => store.Sessions.InsertOneAsync(MongoSession.Of(session), cancellationToken: token), cancellationToken);

    public Task<Session?> FindAsync(string id, DateTimeOffset now, CancellationToken cancellationToken) => store.RunAsync(
        async token =>
        {
            var found = store.Find(store.Sessions, session => session.Id == id && session.ExpiresAt > now);
            return (await found.FirstOrDefaultAsync(token))?.ToSession();
        },
        cancellationToken);

    public Task ExtendAsync(string id, DateTimeOffset expiresAt, CancellationToken cancellationToken) => store.RunAsync(
        token => store.Sessions.UpdateOneAsync(
            session => session.Id == id,
            Builders<MongoSession>.Update.Max(session => session.ExpiresAt, expiresAt),
            cancellationToken: token),
        cancellationToken);

    public Task EndAsync(string id, CancellationToken cancellationToken) => store.RunAsync(
        token => store.Sessions.DeleteOneAsync(session => session.Id == id, token), cancellationToken);

    public Task<int> EndAllAsync(string personId, CancellationToken cancellationToken) => store.RunAsync(
        async token => (int)(await store.Sessions.DeleteManyAsync(session => session.PersonId == personId, token)).DeletedCount,
        cancellationToken);
}
