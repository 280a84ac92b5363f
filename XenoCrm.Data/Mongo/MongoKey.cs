using XenoCrm.Core.Keys;
using XenoCrm.Core.Text;

namespace XenoCrm.Data.Mongo;

/// <summary>
/// A document of <c>keys</c>:
/// <code>
/// { _id: "0199…", name: "Shop", nameKey: "shop", hash: "9f86…", scopes: ["ingest"], createdBy: "mara@example.com",
///   createdAt: ISODate, expiresAt: ISODate, lastUsedAt: ISODate }
/// </code>
/// </summary>
internal sealed record MongoKey
{
    public required string Id { get; init; }

    public required string Name { get; init; }

    public required string NameKey { get; init; }

    public required string Hash { get; init; }

    public required IReadOnlyList<string> Scopes { get; init; }

    public required string CreatedBy { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    public DateTimeOffset? ExpiresAt { get; init; }

    public DateTimeOffset? LastUsedAt { get; init; }

    public static MongoKey Of(ApiKey key) => new()
    {
        Id = key.Id,
        Name = key.Name,
        NameKey = TextKey.Of(key.Name),
        Hash = key.Hash,
        Scopes = key.Scopes,
        CreatedBy = key.CreatedBy,
        CreatedAt = key.CreatedAt,
        ExpiresAt = key.ExpiresAt,
        LastUsedAt = key.LastUsedAt,
    };

    public ApiKey ToKey() => new()
    {
        Id = Id,
        Name = Name,
        Hash = Hash,
        Scopes = Scopes,
        CreatedBy = CreatedBy,
        CreatedAt = CreatedAt,
        ExpiresAt = ExpiresAt,
        LastUsedAt = LastUsedAt,
    };
}
