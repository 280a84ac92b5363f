using System.ComponentModel.DataAnnotations;
using System.Globalization;
using XenoCrm.Api.Http;
using XenoCrm.Core.Account;

namespace XenoCrm.Api.Account;

/// <summary>Hours of a day's clock, the account's or a campaign's: <c>{"from": "21:00", "to": "08:00"}</c>.</summary>
/// <param name="From">On the clock of the person who would be written to: <c>21:00</c>.</param>
/// <param name="To">The end, not included: <c>08:00</c>. Before <paramref name="From"/> where they go past midnight.</param>
public sealed record QuietHoursBody(
    [property: Required(ErrorMessage = QuietHoursBody.Expected)] string From,
    [property: Required(ErrorMessage = QuietHoursBody.Expected)] string To)
{
    private const string Format = "HH:mm";
    private const string Expected = "An hour such as 21:00 was expected.";

    internal static QuietHoursBody? Of(QuietHours? hours) => hours is null ? null : new QuietHoursBody(
        hours.From.ToString(Format, CultureInfo.InvariantCulture), hours.To.ToString(Format, CultureInfo.InvariantCulture));

    /// <param name="member">Where they stand, for people.</param>
    /// <exception cref="RefusedRequestException">400, with the member at fault.</exception>
    internal QuietHours Read(string member)
    {
        var hours = new QuietHours { From = Time(From, $"{member}.from"), To = Time(To, $"{member}.to") };
        return hours.From != hours.To
            ? hours
            : throw RefusedRequestException.Invalid(
                $"{member}.to", "They end when they begin. Give another end, or null for no quiet hours.");
    }

    private static TimeOnly Time(string text, string place) =>
        TimeOnly.TryParseExact(text, Format, CultureInfo.InvariantCulture, DateTimeStyles.None, out var time)
            ? time
            : throw RefusedRequestException.Invalid(
                place, text.Length == 0 ? Expected : $"An hour such as 21:00 was expected, and '{text}' was found.");
}
