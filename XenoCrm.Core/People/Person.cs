namespace XenoCrm.Core.People;

/// <summary>What a person is here for; each includes the one before.</summary>
public enum Role
{
    /// <summary>Looks at everything.</summary>
    Viewer,

    /// <summary>Brings customers in, creates segments and sends campaigns.</summary>
    Marketer,

    /// <summary>Manages people and keys, and erases customers.</summary>
    Admin,
}

/// <summary>Somebody who has signed in.</summary>
public sealed record Person
{
    /// <summary>A UUIDv7. Somebody who is removed and comes back has another.</summary>
    public required string Id { get; init; }

    /// <summary>How: <c>google</c> or <c>dev</c>. People of one way are strangers to the other.</summary>
    public required string Via { get; init; }

    /// <summary>Unique, whatever its case, among those of the same way.</summary>
    public required string Email { get; init; }

    public required string Name { get; init; }

    public required Role Role { get; init; }

    /// <summary>The Google Workspace domain that vouched for the address; null for an address of no Workspace.</summary>
    public string? Domain { get; init; }

    public required DateTimeOffset FirstSignInAt { get; init; }

    public required DateTimeOffset LastSignInAt { get; init; }
}
