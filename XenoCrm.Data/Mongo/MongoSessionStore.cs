using MongoDB.Bson;
using MongoDB.Driver;
using XenoCrm.Core.People;
using Names = XenoCrm.Data.Mongo.MongoSession.Names;

namespace XenoCrm.Data.Mongo;

internal sealed class MongoSessionStore(MongoStore store) : ISessionStore
{
    public Task BeginAsync(Session session, CancellationToken cancellationToken) => store.RunAsync(
        token => store.Sessions.InsertOneAsync(MongoSession.Of(session), cancellationToken: token), cancellationToken);

    public Task<Session?> FindAsync(string id, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var filter = new BsonDocument { { Names.Id, id }, { Names.ExpiresAt, Query.Gt(now.ToBson()) } };
        return store.RunAsync(
            async token => (await store.Find(store.Sessions, filter).FirstOrDefaultAsync(token))?.ToSession(), cancellationToken);
    }

    public Task ExtendAsync(string id, DateTimeOffset expiresAt, CancellationToken cancellationToken) => store.RunAsync(
        token => store.Sessions.UpdateOneAsync(
            ById(id), new BsonDocument("$max", new BsonDocument(Names.ExpiresAt, expiresAt.ToBson())), cancellationToken: token),
        cancellationToken);

    public Task EndAsync(string id, CancellationToken cancellationToken) => store.RunAsync(
        token => store.Sessions.DeleteOneAsync(ById(id), token), cancellationToken);

    public Task<int> EndAllAsync(string personId, CancellationToken cancellationToken) => store.RunAsync(
        async token => (int)(await store.Sessions.DeleteManyAsync(new BsonDocument(Names.PersonId, personId), token)).DeletedCount,
        cancellationToken);

    private static BsonDocument ById(string id) => new(Names.Id, id);
}
