using System.Xml.Linq;
using Microsoft.AspNetCore.DataProtection.Repositories;
using MongoDB.Driver;

namespace XenoCrm.Data.Mongo;

/// <summary>
/// A document of <c>protectionKeys</c>, what sessions are sealed with:
/// <code>
/// { _id: "key-…", xml: "&lt;key …&gt;" }
/// </code>
/// </summary>
internal sealed record MongoProtectionKey
{
    public required string Id { get; init; }

    public required string Xml { get; init; }
}

/// <summary>Keeps the keys that sessions are sealed with where every replica finds them.</summary>
internal sealed class MongoProtectionKeys(MongoStore store) : IXmlRepository
{
    // The framework asks for both in this form, on a thread that has no context to come back to.
    public IReadOnlyCollection<XElement> GetAllElements() => store.RunAsync(
        async token =>
        {
            var keys = await store.Find(store.ProtectionKeys, FilterDefinition<MongoProtectionKey>.Empty).ToListAsync(token);
            return keys.ConvertAll(key => XElement.Parse(key.Xml));
        },
        CancellationToken.None).GetAwaiter().GetResult();

    public void StoreElement(XElement element, string friendlyName) => store.RunAsync(
        token => store.ProtectionKeys.ReplaceOneAsync(
            key => key.Id == friendlyName,
            new MongoProtectionKey { Id = friendlyName, Xml = element.ToString(SaveOptions.DisableFormatting) },
            new ReplaceOptions { IsUpsert = true },
            token),
        CancellationToken.None).GetAwaiter().GetResult();
}
