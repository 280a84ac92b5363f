using System.Security.Claims;
using XenoCrm.Api.Access;
using XenoCrm.Api.Audit;
using XenoCrm.Api.Auth;
using XenoCrm.Api.Http;
using XenoCrm.Core;
using XenoCrm.Core.People;

namespace XenoCrm.Api.People;

/// <summary>Who may come in and what they may do, for the API's routes and the pages.</summary>
internal sealed class PeopleService(IPersonStore people, Sessions sessions, AuditLog audit)
{
    /// <summary>Newest first.</summary>
    public async Task<Page<PersonResponse>> ListAsync(PageRequest page, CancellationToken cancellationToken) =>
        (await people.ListAsync(page, cancellationToken)).Select(PersonResponse.Of);

    /// <param name="id">Whose role it is.</param>
    /// <param name="word">Of <see cref="Roles.Pattern"/>.</param>
    /// <param name="admin">Who changes it.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>The person after it; null if there is no such person.</returns>
    /// <exception cref="RefusedRequestException">409: nobody would be left to manage people.</exception>
    public async Task<PersonResponse?> ChangeRoleAsync(
        string id, string word, ClaimsPrincipal admin, CancellationToken cancellationToken)
    {
        var role = Roles.Read(word);
        if (Done(await people.ChangeRoleAsync(id, role, cancellationToken)) is not { } before)
        {
            return null;
        }

        sessions.Forget(id);
        if (before.Role != role)
        {
            await audit.WriteAsync(admin, AuditAction.RoleChanged, id, $"{before.Role.Word()} → {role.Word()}");
        }

        return PersonResponse.Of(before with { Role = role });
    }

    /// <summary>Ends a person's sessions and forgets their role. False if there is no such person.</summary>
    /// <exception cref="RefusedRequestException">409: nobody would be left to manage people.</exception>
    public async Task<bool> RemoveAsync(string id, ClaimsPrincipal admin, CancellationToken cancellationToken)
    {
        if (Done(await people.RemoveAsync(id, cancellationToken)) is not { } before)
        {
            return false;
        }

        sessions.Forget(id);
        await sessions.EndAllAsync(id, cancellationToken);
        await audit.WriteAsync(admin, AuditAction.PersonRemoved, id, before.Role.Word());
        return true;
    }

    private static Person? Done(PersonChange change) => change.Status switch
    {
        PersonChangeStatus.Done => change.Before,
        PersonChangeStatus.LastAdmin =>
            throw RefusedRequestException.Conflict("This is the last admin. Make somebody else an admin first."),
        _ => null,
    };
}
