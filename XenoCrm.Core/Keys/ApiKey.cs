namespace XenoCrm.Core.Keys;

/// <summary>A program's key. The key itself is nowhere stored, only its hash.</summary>
public sealed record ApiKey
{
    /// <summary>A UUIDv7.</summary>
    public required string Id { get; init; }

    /// <summary>Unique, whatever its case.</summary>
    public required string Name { get; init; }

    /// <summary>The key's SHA-256, 64 lower-case hexadecimal digits.</summary>
    public required string Hash { get; init; }

    /// <summary>What it may be used for, in the API's words.</summary>
    public required IReadOnlyList<string> Scopes { get; init; }

    /// <summary>Who made it.</summary>
    public required string CreatedBy { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>It is good until then; null: for as long as it is there.</summary>
    public DateTimeOffset? ExpiresAt { get; init; }

    /// <summary>A minute or so behind; null if it was never used.</summary>
    public DateTimeOffset? LastUsedAt { get; init; }
}
