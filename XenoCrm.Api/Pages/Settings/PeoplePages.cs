using System.Security.Claims;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using XenoCrm.Api.Access;
using XenoCrm.Api.Auth;
using XenoCrm.Api.Http;
using XenoCrm.Api.Pages.Shell;
using XenoCrm.Api.People;
using XenoCrm.Core;
using XenoCrm.Core.People;

namespace XenoCrm.Api.Pages.Settings;

internal static class PeoplePages
{
    public static readonly string[] Roles = [.. Enum.GetValues<Role>().Select(role => role.Word())];

    public static void MapPeoplePages(this IEndpointRouteBuilder settings)
    {
        settings.MapGet(SettingsPages.People, ShowAsync);
        settings.MapPost($"{SettingsPages.People}/{{id}}/role", ChangeRoleAsync);
        settings.MapPost($"{SettingsPages.People}/{{id}}/remove", RemoveAsync);
    }

    private static Task<RazorComponentResult> ShowAsync(
        [AsParameters] PagePlace place, ClaimsPrincipal admin, PeopleService people, CancellationToken cancellationToken) =>
        PageAsync(null, place, admin, people, cancellationToken);

    private static async Task<RazorComponentResult> PageAsync(
        string? refusal, PagePlace place, ClaimsPrincipal admin, PeopleService people, CancellationToken cancellationToken)
    {
        var page = await people.ListAsync(place.Request(), cancellationToken);
        return Show.Page<PeoplePage, PeopleModel>(
            new PeopleModel(page.Items, place.In(SettingsPages.People, page.NextCursor), Sessions.PersonOf(admin), refusal),
            refusal is null ? StatusCodes.Status200OK : StatusCodes.Status409Conflict);
    }

    private static async Task<IResult> ChangeRoleAsync(
        string id, [FromForm] string? role, ClaimsPrincipal admin, PeopleService people, CancellationToken cancellationToken)
    {
        if (!Roles.Contains(role))
        {
            throw RefusedRequestException.Invalid("role", Access.Roles.PatternMessage);
        }

        try
        {
            // Whoever is no admin any more has no settings to come back to.
            return await people.ChangeRoleAsync(id, role!, admin, cancellationToken) is null ? Problems.NotFound("person")
                : TypedResults.LocalRedirect(id == Sessions.PersonOf(admin) && role != "admin" ? "/" : SettingsPages.People);
        }
        catch (RefusedRequestException refused)
        {
            return await PageAsync(refused.Message, PagePlace.First, admin, people, cancellationToken);
        }
    }

    private static async Task<IResult> RemoveAsync(
        string id, ClaimsPrincipal admin, PeopleService people, CancellationToken cancellationToken)
    {
        try
        {
            return await people.RemoveAsync(id, admin, cancellationToken)
                ? TypedResults.LocalRedirect(id == Sessions.PersonOf(admin) ? "/" : SettingsPages.People)
                : Problems.NotFound("person");
        }
        catch (RefusedRequestException refused)
        {
            return await PageAsync(refused.Message, PagePlace.First, admin, people, cancellationToken);
        }
    }
}

/// <param name="You">The id of who looks; null for a key.</param>
/// <param name="Refusal">Why the last form was not done.</param>
public sealed record PeopleModel(IReadOnlyList<PersonResponse> People, PageTrail Trail, string? You, string? Refusal);
