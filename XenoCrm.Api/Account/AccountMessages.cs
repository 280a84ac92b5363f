using System.ComponentModel.DataAnnotations;
using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;
using XenoCrm.Api.Http;
using XenoCrm.Core.Account;

namespace XenoCrm.Api.Account;

/// <summary>
/// A change of the account's settings. A member that is left out stays as it is; one that is null, or an empty list, is none from now on,
/// whatever the configuration says. What <see cref="Reset"/> names is the configuration's again.
/// </summary>
public sealed partial class AccountChange
{
    private const int MostCaps = 10;

    private readonly HashSet<string> given = [];

    /// <summary>The IANA id of the zone in which a date is a day and an hour is told: <c>Asia/Kolkata</c>.</summary>
    public string? TimeZone { get; set => field = Given(value); }

    /// <summary>An ISO 4217 code such as <c>INR</c>; null for none: amounts are shown as numbers.</summary>
    public string? Currency { get; set => field = Given(value); }

    /// <summary>How often one person is written to at most; all hold at once. Null or empty for as often as there are campaigns.</summary>
    public IReadOnlyList<FrequencyCapBody>? FrequencyCaps { get; set => field = Given(value); }

    /// <summary>When, by each person's own clock, nobody is written to; null for at no hour.</summary>
    public QuietHoursBody? QuietHours { get; set => field = Given(value); }

    /// <summary>The members that are the configuration's again.</summary>
    public IReadOnlyList<string>? Reset { get; set; }

    /// <exception cref="RefusedRequestException">400, with the member at fault.</exception>
    internal AccountOverrides Read()
    {
        foreach (var (i, member) in (Reset ?? []).Index())
        {
            if (!AccountMember.All.Contains(member))
            {
                throw RefusedRequestException.Invalid(
                    $"reset[{i}]", $"'{member}' is not set here. There are {string.Join(", ", AccountMember.All)}.");
            }

            if (given.Contains(member))
            {
                throw RefusedRequestException.Invalid(
                    $"reset[{i}]", $"{member} is given and reset in one request. Leave one of them out.");
            }
        }

        return new AccountOverrides
        {
            TimeZone = given.Contains(AccountMember.TimeZone) ? Zone(TimeZone) : null,
            Currency = given.Contains(AccountMember.Currency) ? new Chosen<string>(Code(Currency)) : null,
            FrequencyCaps = given.Contains(AccountMember.FrequencyCaps) ? Caps(FrequencyCaps ?? []) : null,
            QuietHours = given.Contains(AccountMember.QuietHours)
                ? new Chosen<QuietHours>(QuietHours?.Read(AccountMember.QuietHours))
                : null,
        };
    }

    private static string Zone(string? id) => id switch
    {
        null => throw RefusedRequestException.Invalid(
            AccountMember.TimeZone, "An account has a time zone. To go back to the configuration's: {\"reset\": [\"timeZone\"]}."),
        _ => ZoneId.Spelling(id) ?? throw RefusedRequestException.Invalid(AccountMember.TimeZone, ZoneId.Unknown(id)),
    };

    private static string? Code(string? currency) => currency is null || IsCode().IsMatch(currency) ? currency
        : throw RefusedRequestException.Invalid(
            AccountMember.Currency, $"'{currency}' is no ISO 4217 code. Three capital letters such as INR or EUR, or null for none.");

    private static FrequencyCap[] Caps(IReadOnlyList<FrequencyCapBody> caps) => caps.Count > MostCaps
        ? throw RefusedRequestException.Invalid(AccountMember.FrequencyCaps, $"There are {caps.Count}; at most {MostCaps} hold at once.")
        :
        [
            .. caps.Select((cap, i) => new FrequencyCap
            {
                Messages = InReach(cap.Messages, FrequencyCap.MostMessages, $"{AccountMember.FrequencyCaps}[{i}].messages"),
                Days = InReach(cap.Days, FrequencyCap.MostDays, $"{AccountMember.FrequencyCaps}[{i}].days"),
            }),
        ];

    private static int InReach(int number, int most, string place) => number >= 1 && number <= most
        ? number
        : throw RefusedRequestException.Invalid(
            place,
            string.Create(CultureInfo.InvariantCulture, $"A number from 1 to {most:N0} was expected, and {number} was found, or none."));

    private T Given<T>(T value, [CallerMemberName] string member = "")
    {
        given.Add(char.ToLowerInvariant(member[0]) + member[1..]);
        return value;
    }

    [GeneratedRegex(AccountOptions.CurrencyForm, RegexOptions.CultureInvariant)]
    private static partial Regex IsCode();
}

/// <param name="Messages">At most so many to one person, from 1 to 1,000.</param>
/// <param name="Days">In so many days of 24 hours, from 1 to 366.</param>
public sealed record FrequencyCapBody(int Messages, int Days);

/// <summary>The account as it holds now.</summary>
/// <param name="Currency">Null for none.</param>
/// <param name="Country">The configuration's: stored telephone numbers were read by it.</param>
/// <param name="FrequencyCaps">Empty for none.</param>
/// <param name="QuietHours">Null for none.</param>
/// <param name="Set">Those of <c>timeZone</c>, <c>currency</c>, <c>frequencyCaps</c> and <c>quietHours</c> that were set here.</param>
/// <param name="Configured">What the configuration says of them, and holds for the others.</param>
public sealed record AccountResponse(
    string TimeZone,
    string? Currency,
    string? Country,
    IReadOnlyList<FrequencyCapBody> FrequencyCaps,
    QuietHoursBody? QuietHours,
    IReadOnlyList<string> Set,
    ConfiguredAccount Configured)
{
    internal static AccountResponse Of(AccountOverrides set, AccountOptions configured)
    {
        var account = set.Over(configured);
        var from = ConfiguredAccount.Of(account);
        return new AccountResponse(
            from.TimeZone, from.Currency, account.Country, from.FrequencyCaps, from.QuietHours, set.Members,
            ConfiguredAccount.Of(configured));
    }
}

public sealed record ConfiguredAccount(
    string TimeZone, string? Currency, IReadOnlyList<FrequencyCapBody> FrequencyCaps, QuietHoursBody? QuietHours)
{
    internal static ConfiguredAccount Of(AccountOptions account) => new(
        account.TimeZone,
        account.Currency,
        [.. account.FrequencyCaps.Select(cap => new FrequencyCapBody(cap.Messages, cap.Days))],
        QuietHoursBody.Of(account.QuietHours));
}
