using System.ComponentModel.DataAnnotations;
using XenoCrm.Core.People;

namespace XenoCrm.Api.Auth;

/// <summary>
/// Who may sign in with Google. Nobody may who is on neither list. An empty entry is none: a deployment's template leaves such.
/// </summary>
public sealed class AuthOptions : IValidatableObject
{
    public const string Section = "Auth";

    /// <summary>Addresses, whatever their case: <c>Auth:AllowedEmails:0 = mara@example.com</c>.</summary>
    public string[] AllowedEmails { get; init => field = Named(value); } = [];

    /// <summary>Google Workspace domains, all of whose members may come in: <c>Auth:AllowedDomains:0 = example.com</c>.</summary>
    public string[] AllowedDomains { get; init => field = Named(value); } = [];

    /// <summary>
    /// What somebody is who comes for the first time: viewer or marketer. The very first becomes an admin, and admins make
    /// others admins.
    /// </summary>
    [AllowedValues(Role.Viewer, Role.Marketer)]
    public Role DefaultRole { get; init; } = Role.Viewer;

    /// <param name="email">An address that Google has verified.</param>
    /// <param name="domain">The Workspace domain in the verified token; null if the account is in none.</param>
    public bool Allows(string email, string? domain) =>
        AllowedEmails.Contains(email, StringComparer.OrdinalIgnoreCase)
        || (domain is not null && AllowedDomains.Contains(domain, StringComparer.OrdinalIgnoreCase));

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (AllowedEmails.Any(email => !email.Contains('@', StringComparison.Ordinal)))
        {
            yield return new ValidationResult(
                "Auth:AllowedEmails has an entry that is no e-mail address. A whole domain belongs in Auth:AllowedDomains.");
        }

        if (AllowedDomains.Any(domain => domain.Contains('@', StringComparison.Ordinal)))
        {
            yield return new ValidationResult(
                "Auth:AllowedDomains has an entry that is no domain, such as example.com. An address belongs in Auth:AllowedEmails.");
        }
    }

    private static string[] Named(string[] entries) =>
        [.. entries.Where(entry => !string.IsNullOrWhiteSpace(entry)).Select(entry => entry.Trim())];
}
