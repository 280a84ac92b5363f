using XenoCrm.Core.Customers;
using XenoCrm.Core.Suppressions;

namespace XenoCrm.Data.Mongo;

/// <summary>
/// A document of <c>suppressions</c>, an address that is never written to, and no address:
/// <code>
/// { _id: "9f86…", kind: "email", reason: "bounced", at: ISODate, by: "mara@example.com" }
/// </code>
/// </summary>
internal sealed record MongoSuppression
{
    public required string Id { get; init; }

    public required string Kind { get; init; }

    public required string Reason { get; init; }

    public required DateTimeOffset At { get; init; }

    public required string By { get; init; }

    public static MongoSuppression Of(NewSuppression suppression, string hash) => new()
    {
        Id = hash,
        Kind = suppression.Address.Kind.ToString().ToLowerInvariant(),
        Reason = suppression.Reason.ToString().ToLowerInvariant(),
        At = suppression.At,
        By = suppression.By,
    };

    public Suppression ToSuppression() => new(
        Id, Enum.Parse<AddressKind>(Kind, ignoreCase: true), Enum.Parse<SuppressionReason>(Reason, ignoreCase: true), At, By);
}

/// <summary>
/// The one document of <c>suppressionKey</c>, what the hashes are made with:
/// <code>
/// { _id: "key", key: "…" }
/// </code>
/// </summary>
internal sealed record MongoSuppressionKey
{
    public const string TheId = "key";

    public required string Id { get; init; }

    /// <summary>32 random bytes in Base64.</summary>
    public required string Key { get; init; }
}
