using System.Collections.Frozen;
using System.ComponentModel.DataAnnotations;
using System.Diagnostics.CodeAnalysis;
using System.Text.RegularExpressions;
using NodaTime.TimeZones;

namespace XenoCrm.Core.Account;

/// <summary>Time zones by their IANA ids: <c>Europe/Berlin</c>, <c>Asia/Kolkata</c>, <c>UTC</c>.</summary>
public static partial class ZoneId
{
    public const int MaxLength = 64;

    // In the database, for machines that nobody has set up.
    private const string NoZone = "Factory";

    private static readonly Lazy<FrozenDictionary<string, string>> Spellings = new(
        () => TzdbDateTimeZoneSource.Default.GetIds()
            .Where(id => id != NoZone)
            .ToFrozenDictionary(id => id, StringComparer.OrdinalIgnoreCase));

    public static bool TryFind(string id, [NotNullWhen(true)] out TimeZoneInfo? zone)
    {
        zone = null;
        return Shape().IsMatch(id) && Spellings.Value.ContainsKey(id) && TimeZoneInfo.TryFindSystemTimeZoneById(id, out zone);
    }

    /// <summary>The zone of an id; another one where nobody gave an id that is known here.</summary>
    public static TimeZoneInfo FindOr(TimeZoneInfo other, string? id) => id is not null && TryFind(id, out var zone) ? zone : other;

    /// <summary>The id as it is written, of one in any letters: <c>europe/berlin</c>; null where it is known under none.</summary>
    public static string? Spelling(string? text) =>
        text is not null && Spellings.Value.TryGetValue(text, out var id) && TryFind(id, out _) ? id : null;

    public static string Unknown(string id) =>
        $"'{id}' is no time zone that is known here. Give an IANA id such as Europe/Berlin, Asia/Kolkata or UTC.";

    public static ValidationResult? Validate(string id, ValidationContext context) =>
        TryFind(id, out _) ? ValidationResult.Success : new ValidationResult(Unknown(id));

    // The system looks ids up as files: nothing that is a path gets there.
    [GeneratedRegex(@"^[A-Za-z][A-Za-z0-9_+-]*(/[A-Za-z0-9][A-Za-z0-9_+-]*){0,2}\z", RegexOptions.CultureInvariant)]
    private static partial Regex Shape();
}
