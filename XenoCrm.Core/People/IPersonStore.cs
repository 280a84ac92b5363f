namespace XenoCrm.Core.People;

/// <summary>Who has signed in, and what they may do. Once there is an admin, each way of signing in keeps at least one.</summary>
public interface IPersonStore
{
    /// <summary>
    /// Records that somebody has signed in. Whoever signs in while there is no admin becomes one, exactly one even if many
    /// come at once; another newcomer gets <see cref="SignIn.Newcomer"/>, and others keep their role.
    /// </summary>
    Task<SignInOutcome> SignInAsync(SignIn signIn, DateTimeOffset now, CancellationToken cancellationToken);

    Task<Person?> FindAsync(string id, CancellationToken cancellationToken);

    /// <summary>Newest first.</summary>
    /// <exception cref="InvalidCursorException">The cursor is not this list's.</exception>
    Task<Page<Person>> ListAsync(PageRequest page, CancellationToken cancellationToken);

    Task<PersonChange> ChangeRoleAsync(string id, Role role, CancellationToken cancellationToken);

    Task<PersonChange> RemoveAsync(string id, CancellationToken cancellationToken);
}

/// <summary>A sign-in that was found to be genuine and is allowed.</summary>
public sealed record SignIn
{
    /// <summary><c>google</c> or <c>dev</c>.</summary>
    public required string Via { get; init; }

    public required string Email { get; init; }

    public required string Name { get; init; }

    /// <summary>What the other side calls the account for good; null if it has no such name.</summary>
    public string? Subject { get; init; }

    /// <inheritdoc cref="Person.Domain"/>
    public string? Domain { get; init; }

    /// <summary>The role of somebody who comes for the first time, and not as the first: viewer or marketer.</summary>
    public Role Newcomer { get; init; } = Role.Viewer;

    /// <summary>The role from now on, whoever signs in and whoever was there before; null but for a sign-in for development.</summary>
    public Role? Fixed { get; init; }
}

public enum SignInStatus
{
    FirstTime,
    Again,

    /// <summary>
    /// Nothing was recorded: the address was another account's. A company gives a leaver's address to somebody else; that
    /// one must not come into the leaver's role.
    /// </summary>
    OtherAccount,
}

/// <summary><paramref name="Person"/> is whom the address belongs to, as recorded.</summary>
public sealed record SignInOutcome(SignInStatus Status, Person Person);

public enum PersonChangeStatus
{
    Done,
    NotFound,

    /// <summary>Nothing was changed: nobody would be left to manage people.</summary>
    LastAdmin,
}

/// <summary><paramref name="Before"/> is the person as found; null if there is none.</summary>
public sealed record PersonChange(PersonChangeStatus Status, Person? Before);
