using System.Security.Claims;
using XenoCrm.Api.Audit;
using XenoCrm.Api.Http;
using XenoCrm.Core.Account;

namespace XenoCrm.Api.Account;

/// <summary>The account's settings, for the API's routes and the pages.</summary>
internal sealed class AccountService(IAccountStore store, AccountSettings settings, AuditLog audit)
{
    /// <summary>As the store has it at this moment.</summary>
    public async Task<AccountResponse> GetAsync(CancellationToken cancellationToken) =>
        Response(await settings.RefreshAsync(store, cancellationToken));

    /// <summary>It holds here at once, and within some two seconds at every other server.</summary>
    /// <exception cref="RefusedRequestException">400, with the member at fault.</exception>
    public async Task<AccountResponse> ChangeAsync(AccountChange change, ClaimsPrincipal admin, CancellationToken cancellationToken)
    {
        var set = change.Read();
        var before = await store.ReadAsync(cancellationToken);
        await store.ChangeAsync(set, [.. change.Reset ?? []], cancellationToken);
        var after = await settings.RefreshAsync(store, cancellationToken);

        // What somebody else has changed meanwhile is theirs.
        string[] named = [.. set.ToTexts().Keys, .. change.Reset ?? []];
        if (Differences(named, before.ToTexts(), after.ToTexts()) is { Length: > 0 } differences)
        {
            await audit.WriteAsync(admin, AuditAction.AccountChanged, subject: null, differences);
        }

        return Response(after);
    }

    private AccountResponse Response(AccountOverrides set) => AccountResponse.Of(set, settings.Configured);

    // timeZone: configured → "Asia/Kolkata"
    private static string Differences(
        string[] named, IReadOnlyDictionary<string, string> before, IReadOnlyDictionary<string, string> after) => string.Join(
        "; ",
        AccountMember.All
            .Where(named.Contains)
            .Where(member => before.GetValueOrDefault(member) != after.GetValueOrDefault(member))
            .Select(member => $"{member}: {Text(before, member)} → {Text(after, member)}"));

    private static string Text(IReadOnlyDictionary<string, string> texts, string member) =>
        texts.TryGetValue(member, out var text) ? text is "null" or "[]" ? "none" : text : "configured";
}
