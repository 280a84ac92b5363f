using System.Globalization;
using System.Security.Claims;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using XenoCrm.Api.Access;
using XenoCrm.Api.Account;
using XenoCrm.Api.Http;
using XenoCrm.Api.Pages.Shell;
using XenoCrm.Core.Account;

namespace XenoCrm.Api.Pages.Settings;

/// <summary>What holds for all campaigns: everybody sees it, admins change it, a form for each thing.</summary>
internal static class AccountPages
{
    public static void MapAccountPages(this IEndpointRouteBuilder pages)
    {
        pages.MapGet(SettingsPages.Account, ShowAsync).RequirePermission(Permission.Read);
#pragma warning disable RDG003 // A form of several fields is bound at run time.
        pages.MapPost(SettingsPages.Account, ChangeAsync).RequirePermission(Permission.Administer);
#pragma warning restore RDG003
    }

    private static Task<RazorComponentResult> ShowAsync(
        string? done, ClaimsPrincipal person, AccountService account, TimeProvider time, CancellationToken cancellationToken) =>
        PageAsync(new AccountForm { Done = AccountMember.All.Contains(done) ? done : null }, person, account, time, cancellationToken);

    private static async Task<RazorComponentResult> PageAsync(
        AccountForm form, ClaimsPrincipal person, AccountService account, TimeProvider time, CancellationToken cancellationToken) =>
        Show.Page<AccountPage, AccountModel>(
            new AccountModel(await account.GetAsync(cancellationToken), form, time.GetUtcNow(), new Viewer(person).MayAdminister),
            form.Fault is null ? StatusCodes.Status200OK : StatusCodes.Status400BadRequest);

    private static async Task<Results<RedirectHttpResult, RazorComponentResult>> ChangeAsync(
        [FromForm] AccountForm form, ClaimsPrincipal admin, AccountService account, TimeProvider time,
        CancellationToken cancellationToken)
    {
        try
        {
            await account.ChangeAsync(form.Read(), admin, cancellationToken);
            return TypedResults.LocalRedirect($"{SettingsPages.Account}?done={form.Member}#{form.Member}");
        }
        catch (RefusedRequestException refused)
            when (refused.StatusCode == StatusCodes.Status400BadRequest && AccountMember.All.Contains(form.Member))
        {
            form.Fault = refused.Message;
            form.Field = refused.Field;
            return await PageAsync(form, admin, account, time, cancellationToken);
        }
    }
}

public sealed record AccountModel(AccountResponse Account, AccountForm Form, DateTimeOffset Now, bool MayChange);

/// <summary>One member's form. A row of two empty fields is no cap.</summary>
public sealed class AccountForm
{
    /// <summary>Which is changed, of <see cref="AccountMember.All"/>.</summary>
    public string? Member { get; set; }

    /// <summary>There for the button that goes back to the configuration's.</summary>
    public string? Reset { get; set; }

    public string? TimeZone { get; set; }

    public string? Currency { get; set; }

    public string?[]? Messages { get; set; }

    public string?[]? Days { get; set; }

    public string? From { get; set; }

    public string? To { get; set; }

    /// <summary>What is wrong with it.</summary>
    internal string? Fault { get; set; }

    /// <summary>Which field is, as the API's request calls it.</summary>
    internal string? Field { get; set; }

    /// <summary>The member that was just changed.</summary>
    internal string? Done { get; set; }

    /// <exception cref="RefusedRequestException">400: a number or the member is none.</exception>
    internal AccountChange Read() => this switch
    {
        { Member: var member } when !AccountMember.All.Contains(member) => throw RefusedRequestException.Invalid(
            "member", $"One of {string.Join(", ", AccountMember.All)} was expected."),
        { Reset: not null } => new AccountChange { Reset = [Member!] },
        { Member: AccountMember.TimeZone } => new AccountChange { TimeZone = TimeZone?.Trim() ?? "" },
        { Member: AccountMember.Currency } => new AccountChange { Currency = Filled(Currency)?.ToUpperInvariant() },
        { Member: AccountMember.FrequencyCaps } => new AccountChange { FrequencyCaps = Caps() },
        _ => new AccountChange
        {
            QuietHours = (Filled(From), Filled(To)) is (null, null) ? null : new QuietHoursBody(From?.Trim() ?? "", To?.Trim() ?? ""),
        },
    };

    /// <summary>What was typed in a row of the caps.</summary>
    internal (string Messages, string Days) Row(int row) =>
        (Messages?.ElementAtOrDefault(row) ?? "", Days?.ElementAtOrDefault(row) ?? "");

    // A fault names the row as it is typed: rows before it that are empty count.
    private List<FrequencyCapBody> Caps()
    {
        var caps = new List<FrequencyCapBody>();
        for (var i = 0; i < Math.Max(Messages?.Length ?? 0, Days?.Length ?? 0); i++)
        {
            var (messages, days) = Row(i);
            if (Filled(messages) is not null || Filled(days) is not null)
            {
                caps.Add(new FrequencyCapBody(
                    Number(messages, FrequencyCap.MostMessages, "messages"), Number(days, FrequencyCap.MostDays, "days")));
            }
        }

        return caps;
    }

    private static int Number(string text, int most, string unit) =>
        int.TryParse(text.Trim(), NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number >= 1 && number <= most
            ? number
            : throw RefusedRequestException.Invalid(
                AccountMember.FrequencyCaps,
                string.Create(CultureInfo.InvariantCulture, $"“{text}” {unit}: a number from 1 to {most:N0} was expected."));

    private static string? Filled(string? text) => string.IsNullOrWhiteSpace(text) ? null : text.Trim();
}
