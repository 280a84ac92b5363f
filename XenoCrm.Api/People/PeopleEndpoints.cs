using System.ComponentModel.DataAnnotations;
using System.Security.Claims;
using Microsoft.AspNetCore.Http.HttpResults;
using XenoCrm.Api.Access;
using XenoCrm.Api.Http;
using XenoCrm.Core.People;

namespace XenoCrm.Api.People;

internal static class PeopleEndpoints
{
    public static IServiceCollection AddPeople(this IServiceCollection services) => services.AddSingleton<PeopleService>();

    public static IEndpointRouteBuilder MapPeople(this IEndpointRouteBuilder routes)
    {
        var people = routes.MapGroup("/people").RequirePermission(Permission.Administer).WithTags("People");
        people.MapGet("", ListAsync)
            .WithName("ListPeople").WithSummary("Everybody who has signed in, with their roles, newest first.");
        people.MapPut("/{id}/role", ChangeRoleAsync)
            .ProducesProblem(StatusCodes.Status404NotFound).ProducesProblem(StatusCodes.Status409Conflict)
            .WithName("ChangeRole").WithSummary("Makes a person a viewer, a marketer or an admin; open sessions follow.");
        people.MapDelete("/{id}", RemoveAsync)
            .ProducesProblem(StatusCodes.Status404NotFound).ProducesProblem(StatusCodes.Status409Conflict)
            .WithName("RemovePerson").WithSummary("Ends a person's sessions and forgets their role.");
        return routes;
    }

    private static async Task<Results<Ok<PersonResponse[]>, ValidationProblem>> ListAsync(
        int? limit, string? cursor, HttpContext http, PeopleService people, CancellationToken cancellationToken) =>
        Paging.Read(limit, cursor, out var problem) is { } page
            ? Paging.Answer(http, await people.ListAsync(page, cancellationToken))
            : problem!;

    private static async Task<Results<Ok<PersonResponse>, ProblemHttpResult>> ChangeRoleAsync(
        string id, RoleRequest request, ClaimsPrincipal admin, PeopleService people, CancellationToken cancellationToken) =>
        await people.ChangeRoleAsync(id, request.Role, admin, cancellationToken) is { } person
            ? TypedResults.Ok(person)
            : Problems.NotFound("person");

    private static async Task<Results<NoContent, ProblemHttpResult>> RemoveAsync(
        string id, ClaimsPrincipal admin, PeopleService people, CancellationToken cancellationToken) =>
        await people.RemoveAsync(id, admin, cancellationToken) ? TypedResults.NoContent() : Problems.NotFound("person");
}

/// <param name="Role"><c>viewer</c>, <c>marketer</c> or <c>admin</c>.</param>
public sealed record RoleRequest(
    [property: Required(ErrorMessage = Roles.PatternMessage)]
    [property: RegularExpression(Roles.Pattern, ErrorMessage = Roles.PatternMessage)]
    string Role);

/// <param name="Role"><c>viewer</c>, <c>marketer</c> or <c>admin</c>.</param>
/// <param name="Via">How they sign in: <c>google</c> or <c>dev</c>.</param>
public sealed record PersonResponse(
    string Id, string Email, string Name, string Role, string Via, DateTimeOffset FirstSignInAt, DateTimeOffset LastSignInAt)
{
    internal static PersonResponse Of(Person person) =>
        new(person.Id, person.Email, person.Name, person.Role.Word(), person.Via, person.FirstSignInAt, person.LastSignInAt);
}
