using System.Globalization;
using System.Security.Claims;
using System.Text.Json;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using XenoCrm.Api.Http;
using XenoCrm.Api.Keys;
using XenoCrm.Api.Pages.Shell;
using XenoCrm.Core;
using XenoCrm.Core.Account;

namespace XenoCrm.Api.Pages.Settings;

internal static class KeyPages
{
    public static void MapKeyPages(this IEndpointRouteBuilder settings)
    {
        settings.MapGet(SettingsPages.Keys, ShowAsync);
        settings.MapPost(SettingsPages.Keys, CreateAsync);
        settings.MapPost($"{SettingsPages.Keys}/{{id}}/revoke", RevokeAsync);
    }

    private static Task<RazorComponentResult> ShowAsync(
        [AsParameters] PagePlace place, KeyService keys, CancellationToken cancellationToken) =>
        PageAsync(KeyForm.Empty, null, place, keys, cancellationToken);

    private static async Task<RazorComponentResult> PageAsync(
        KeyForm form, NewKeyResponse? made, PagePlace place, KeyService keys, CancellationToken cancellationToken)
    {
        var page = await keys.ListAsync(place.Request(), cancellationToken);
        return Show.Page<KeysPage, KeysModel>(
            new KeysModel(page.Items, keys.Configured, place.In(SettingsPages.Keys, page.NextCursor), form, made),
            form.Faults.Count > 0 ? StatusCodes.Status400BadRequest : StatusCodes.Status200OK);
    }

    private static async Task<RazorComponentResult> CreateAsync(
        [FromForm] string? form, [FromForm] string? name, [FromForm] string? expiresOn, HttpContext http,
        ClaimsPrincipal admin, KeyService keys, AccountSettings account, CancellationToken cancellationToken)
    {
        // Several of one name: the framework binds no list of texts from a form.
        var scopes = (await http.Request.ReadFormAsync(cancellationToken))["scopes"].OfType<string>().ToArray();
        var typed = KeyForm.Empty with { Name = name ?? "", Scopes = scopes, ExpiresOn = expiresOn ?? "" };
        var faults = new Dictionary<string, string>();
        var request = new KeyRequest(typed.Name.Trim(), [.. typed.Scopes], EndOf(typed.ExpiresOn, account.Current, faults));
        foreach (var fault in FormCheck.Faults(request))
        {
            faults.TryAdd(JsonNamingPolicy.CamelCase.ConvertName(fault.MemberNames.FirstOrDefault() ?? "name"), fault.ErrorMessage!);
        }

        NewKeyResponse? made = null;
        if (faults.Count == 0)
        {
            try
            {
                made = await keys.CreateOnceAsync(form ?? Guid.NewGuid().ToString(), request, admin);
            }
            catch (RefusedRequestException refused)
            {
                faults[refused.StatusCode == StatusCodes.Status409Conflict ? "name" : refused.Field] = refused.Message;
            }
        }

        // The one page that has a key in it, and not after the next click; like all pages it is kept by nobody.
        return await PageAsync(
            made is null ? typed with { Faults = faults } : KeyForm.Empty, made, PagePlace.First, keys, cancellationToken);
    }

    private static async Task<Results<RedirectHttpResult, ProblemHttpResult>> RevokeAsync(
        string id, ClaimsPrincipal admin, KeyService keys, CancellationToken cancellationToken) =>
        await keys.RevokeAsync(id, admin, cancellationToken) is null
            ? Problems.NotFound("key")
            : TypedResults.LocalRedirect(SettingsPages.Keys);

    // The whole day counts, as people mean it.
    private static DateTimeOffset? EndOf(string day, AccountOptions account, Dictionary<string, string> faults)
    {
        if (day.Length == 0)
        {
            return null;
        }

        if (!DateOnly.TryParseExact(day, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var last)
            || last == DateOnly.MaxValue)
        {
            faults["expiresAt"] = "This is no day. Write it like 2027-01-31.";
            return null;
        }

        var end = last.AddDays(1).ToDateTime(TimeOnly.MinValue);
        return new DateTimeOffset(end, account.Zone.GetUtcOffset(end)).ToUniversalTime();
    }
}

/// <param name="Configured">Names of keys that the configuration has.</param>
/// <param name="Made">The one that the form has just made, shown this once.</param>
public sealed record KeysModel(
    IReadOnlyList<KeyResponse> Keys, IReadOnlyList<string> Configured, PageTrail Trail, KeyForm Form, NewKeyResponse? Made);

/// <summary>What was typed.</summary>
/// <param name="Faults">By field: <c>name</c>, <c>scopes</c>, <c>expiresAt</c>.</param>
public sealed record KeyForm(string Name, IReadOnlyList<string> Scopes, string ExpiresOn, IReadOnlyDictionary<string, string> Faults)
{
    internal static readonly KeyForm Empty = new("", ["read"], "", new Dictionary<string, string>());
}
