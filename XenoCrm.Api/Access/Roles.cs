using XenoCrm.Core.People;

namespace XenoCrm.Api.Access;

/// <summary>What a role may do, and how it is written.</summary>
internal static class Roles
{
    /// <summary>For requests that name a role.</summary>
    public const string Pattern = "^(viewer|marketer|admin)$";

    public const string PatternMessage = "The role must be viewer, marketer or admin.";

    public static IReadOnlyList<string> Permissions(this Role role) => role switch
    {
        Role.Admin => Permission.All,
        Role.Marketer => [Permission.Read, Permission.Ingest, Permission.Send],
        _ => [Permission.Read],
    };

    public static string Word(this Role role) => role.ToString().ToLowerInvariant();

    /// <param name="word">Of <see cref="Pattern"/>.</param>
    public static Role Read(string word) => Enum.Parse<Role>(word, ignoreCase: true);
}
