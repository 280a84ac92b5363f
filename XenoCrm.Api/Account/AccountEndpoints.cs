using System.Security.Claims;
using Microsoft.AspNetCore.Http.HttpResults;
using XenoCrm.Api.Access;
using XenoCrm.Data;

namespace XenoCrm.Api.Account;

internal static class AccountEndpoints
{
    public static IServiceCollection AddAccount(this IServiceCollection services) =>
        services.AddAccountRefresh().AddSingleton<AccountService>();

    public static IEndpointRouteBuilder MapAccount(this IEndpointRouteBuilder routes)
    {
        var account = routes.MapGroup("/account").WithTags("Account");
        account.MapGet("", GetAsync).RequirePermission(Permission.Read)
            .WithName("GetAccount")
            .WithSummary("What is true of everything in this account, and whether it was set here or is configured.");
        account.MapPatch("", ChangeAsync).RequirePermission(Permission.Administer)
            .WithName("ChangeAccount")
            .WithSummary("Sets some of it, null for none; what is in reset is the configuration's again. It holds within two seconds.");
        return routes;
    }

    private static async Task<Ok<AccountResponse>> GetAsync(AccountService account, CancellationToken cancellationToken) =>
        TypedResults.Ok(await account.GetAsync(cancellationToken));

    private static async Task<Results<Ok<AccountResponse>, ValidationProblem>> ChangeAsync(
        AccountChange change, ClaimsPrincipal admin, AccountService account, CancellationToken cancellationToken) =>
        TypedResults.Ok(await account.ChangeAsync(change, admin, cancellationToken));
}
