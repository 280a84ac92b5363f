using System.ComponentModel.DataAnnotations;
using System.Security.Claims;
using Microsoft.AspNetCore.Http.HttpResults;
using XenoCrm.Api.Access;
using XenoCrm.Api.Audit;
using XenoCrm.Api.Auth;
using XenoCrm.Api.Http;
using XenoCrm.Core.People;

namespace XenoCrm.Api.People;

internal static class PeopleEndpoints
{
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
        int? limit, string? cursor, HttpContext http, IPersonStore people, CancellationToken cancellationToken) =>
        Paging.Read(limit, cursor, out var problem) is { } page
            ? Paging.Answer(http, await people.ListAsync(page, cancellationToken), PersonResponse.Of)
            : problem!;

    private static async Task<Results<Ok<PersonResponse>, ProblemHttpResult>> ChangeRoleAsync(
        string id,
        RoleRequest request,
        ClaimsPrincipal admin,
        IPersonStore people,
        Sessions sessions,
        AuditLog audit,
        CancellationToken cancellationToken)
    {
        var role = Roles.Read(request.Role);
        var change = await people.ChangeRoleAsync(id, role, cancellationToken);
        if (change is not { Status: PersonChangeStatus.Done, Before: { } before })
        {
            return Refusal(change);
        }

        sessions.Forget(id);
        if (before.Role != role)
        {
            await audit.WriteAsync(admin, AuditAction.RoleChanged, id, $"{before.Role.Word()} → {role.Word()}");
        }

        return TypedResults.Ok(PersonResponse.Of(before with { Role = role }));
    }

    private static async Task<Results<NoContent, ProblemHttpResult>> RemoveAsync(
        string id, ClaimsPrincipal admin, IPersonStore people, Sessions sessions, AuditLog audit, CancellationToken cancellationToken)
    {
        var change = await people.RemoveAsync(id, cancellationToken);
        if (change is not { Status: PersonChangeStatus.Done, Before: { } before })
        {
            return Refusal(change);
        }

        sessions.Forget(id);
        await sessions.EndAllAsync(id, cancellationToken);
        await audit.WriteAsync(admin, AuditAction.PersonRemoved, id, before.Role.Word());
        return TypedResults.NoContent();
    }

    private static ProblemHttpResult Refusal(PersonChange change) => change.Status == PersonChangeStatus.LastAdmin
        ? Problems.Conflict("This is the last admin. Make somebody else an admin first.")
        : Problems.NotFound("person");
}

/// <param name="Role"><c>viewer</c>, <c>marketer</c> or <c>admin</c>.</param>
public sealed record RoleRequest([property: Required, RegularExpression(Roles.Pattern, ErrorMessage = Roles.PatternMessage)] string Role);

/// <param name="Role"><c>viewer</c>, <c>marketer</c> or <c>admin</c>.</param>
/// <param name="Via">How they sign in: <c>google</c> or <c>dev</c>.</param>
public sealed record PersonResponse(
    string Id, string Email, string Name, string Role, string Via, DateTimeOffset FirstSignInAt, DateTimeOffset LastSignInAt)
{
    internal static PersonResponse Of(Person person) =>
        new(person.Id, person.Email, person.Name, person.Role.Word(), person.Via, person.FirstSignInAt, person.LastSignInAt);
}
