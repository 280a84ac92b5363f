using XenoCrm.Core.People;
using XenoCrm.Core.Text;

namespace XenoCrm.Data.Mongo;

/// <summary>
/// A document of <c>people</c>:
/// <code>
/// { _id: "0199…", via: "google", email: "Mara@example.com", emailKey: "mara@example.com", name: "Mara", role: "marketer",
///   subject: "1098…", domain: "example.com", firstSignInAt: ISODate, lastSignInAt: ISODate }
/// </code>
/// The role counts for those who are no admins; who is one, <see cref="MongoAdmins"/> says.
/// </summary>
internal sealed record MongoPerson
{
    public required string Id { get; init; }

    public required string Via { get; init; }

    public required string Email { get; init; }

    public required string EmailKey { get; init; }

    public required string Name { get; init; }

    public required string Role { get; init; }

    public string? Subject { get; init; }

    public string? Domain { get; init; }

    public required DateTimeOffset FirstSignInAt { get; init; }

    public required DateTimeOffset LastSignInAt { get; init; }

    public static MongoPerson Of(SignIn signIn, DateTimeOffset now) => new()
    {
        Id = Guid.CreateVersion7(now).ToString(),
        Via = signIn.Via,
        Email = signIn.Email,
        EmailKey = TextKey.Of(signIn.Email),
        Name = signIn.Name,
        Role = Word(signIn.Fixed ?? signIn.Newcomer),
        Subject = signIn.Subject,
        Domain = signIn.Domain,
        FirstSignInAt = now,
        LastSignInAt = now,
    };

    public Person ToPerson(bool isAdmin) => new()
    {
        Id = Id,
        Via = Via,
        Email = Email,
        Name = Name,
        Role = isAdmin ? Core.People.Role.Admin : Enum.Parse<Role>(Role, ignoreCase: true),
        Domain = Domain,
        FirstSignInAt = FirstSignInAt,
        LastSignInAt = LastSignInAt,
    };

    /// <summary>
    /// As it is stored of somebody who is no admin, or no longer: an admin by default is one by <see cref="MongoAdmins"/> only.
    /// </summary>
    public static string Word(Role role) =>
        (role == Core.People.Role.Admin ? Core.People.Role.Viewer : role).ToString().ToLowerInvariant();
}
