using XenoCrm.Api.Account;
using XenoCrm.Core.Text;

namespace XenoCrm.Api.Pages.Settings;

/// <summary>The account's settings as people say them.</summary>
internal static class AccountWords
{
    /// <summary>The zones that a person would choose from.</summary>
    public static IReadOnlyList<string> Zones { get; } =
        [.. TimeZoneInfo.GetSystemTimeZones()
            .Select(zone => zone.Id)
            .Where(id => (id.Contains('/', StringComparison.Ordinal) && !id.StartsWith("Etc/", StringComparison.Ordinal)) || id == "UTC")
            .Order(StringComparer.Ordinal)];

    public static string Caps(IReadOnlyList<FrequencyCapBody> caps) => caps.Count == 0
        ? "As often as there are campaigns"
        : "At most " + string.Join(", and ", caps.Select(cap => $"{Plural.Of(cap.Messages, "message")} in {Plural.Of(cap.Days, "day")}"));

    public static string Quiet(QuietHoursBody? hours) => hours is null
        ? "Messages leave at any hour"
        : $"Nothing leaves from {hours.From} to {hours.To}";

    public static string Currency(string? code) => code ?? "None, amounts are plain numbers";
}
