using System.Xml.Linq;
using Microsoft.AspNetCore.DataProtection.Repositories;
using MongoDB.Bson;
using MongoDB.Driver;

namespace XenoCrm.Data.Mongo;

/// <summary>Keeps the keys that sessions are sealed with where every replica finds them.</summary>
internal sealed class MongoProtectionKeys(MongoStore store) : IXmlRepository
{
    private const string Xml = "xml";

    // The framework asks for both in this form, on a thread that has no context to come back to.
    public IReadOnlyCollection<XElement> GetAllElements() => store.RunAsync(
        async token => (await store.Find(store.ProtectionKeys, Query.Everything).ToListAsync(token)).ConvertAll(key => XElement.Parse(key[Xml].AsString)),
        CancellationToken.None).GetAwaiter().GetResult();

    public void StoreElement(XElement element, string friendlyName) => store.RunAsync(
        token => store.ProtectionKeys.ReplaceOneAsync(
            new BsonDocument("_id", friendlyName),
            new BsonDocument { { "_id", friendlyName }, { Xml, element.ToString(SaveOptions.DisableFormatting) } },
            new ReplaceOptions { IsUpsert = true },
            token),
        CancellationToken.None).GetAwaiter().GetResult();
}
