using System.ComponentModel.DataAnnotations;

namespace XenoCrm.Core.Account;

/// <summary>From when to when on a day's clock nobody is written to: <c>21:00</c> to <c>08:00</c>, the end not included.</summary>
public sealed record QuietHours
{
    public TimeOnly From { get; init; }

    /// <summary>Before <see cref="From"/> where they go past midnight; never the same.</summary>
    public TimeOnly To { get; init; }

    /// <summary>When the quiet that a moment lies in is over; null where it lies in none.</summary>
    /// <param name="at">The moment.</param>
    /// <param name="zone">In which the clock hangs.</param>
    public DateTimeOffset? EndAfter(DateTimeOffset at, TimeZoneInfo zone)
    {
        var local = TimeZoneInfo.ConvertTime(at, zone).DateTime;
        var time = TimeOnly.FromDateTime(local);
        if (!time.IsBetween(From, To))
        {
            return null;
        }

        var day = DateOnly.FromDateTime(local);
        var end = LocalTime.At((time < To ? day : day.AddDays(1)).ToDateTime(To), zone);

        // An hour that the clocks show twice is over after the first time.
        return end > at ? end : null;
    }

    /// <summary>Whether some minute of a day is not quiet.</summary>
    public static bool LeaveSome(params IReadOnlyCollection<QuietHours> hours) => Enumerable.Range(0, 24 * 60)
        .Select(minute => TimeOnly.MinValue.AddMinutes(minute))
        .Any(time => hours.All(quiet => !time.IsBetween(quiet.From, quiet.To)));

    public static ValidationResult? Validate(QuietHours? hours, ValidationContext context) =>
        hours is null || hours.From != hours.To
            ? ValidationResult.Success
            : new ValidationResult(
                "Account:QuietHours has a From and a To that differ: Account__QuietHours__From=21:00, Account__QuietHours__To=08:00.");
}
