using System.ComponentModel.DataAnnotations;
using System.Diagnostics.CodeAnalysis;
using System.Text.RegularExpressions;

namespace XenoCrm.Core.Account;

/// <summary>Time zones by their IANA ids: <c>Europe/Berlin</c>, <c>Asia/Kolkata</c>, <c>UTC</c>.</summary>
public static partial class ZoneId
{
    public static bool TryFind(string id, [NotNullWhen(true)] out TimeZoneInfo? zone)
    {
        zone = null;
        return Shape().IsMatch(id) && TimeZoneInfo.TryFindSystemTimeZoneById(id, out zone);
    }

    public static string Unknown(string id) =>
        $"'{id}' is no time zone that is known here. Give an IANA id such as Europe/Berlin, Asia/Kolkata or UTC.";

    public static ValidationResult? Validate(string id, ValidationContext context) =>
        TryFind(id, out _) ? ValidationResult.Success : new ValidationResult(Unknown(id));

    // The system looks ids up as files: nothing that is a path gets there.
    [GeneratedRegex(@"^[A-Za-z][A-Za-z0-9_+-]*(/[A-Za-z0-9][A-Za-z0-9_+-]*){0,2}\z", RegexOptions.CultureInvariant)]
    private static partial Regex Shape();
}
