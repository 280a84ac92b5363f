namespace XenoCrm.Core.Account;

/// <summary>What admins have set for the account, see <see cref="AccountOverrides"/>.</summary>
public interface IAccountStore
{
    Task<AccountOverrides> ReadAsync(CancellationToken cancellationToken);

    /// <summary>All or nothing, so that nobody sees half of a change; members that are in neither stay.</summary>
    /// <param name="set">The members that are set anew.</param>
    /// <param name="reset">Those that are the configuration's again, of <see cref="AccountMember.All"/>.</param>
    /// <param name="cancellationToken">Ends it.</param>
    Task ChangeAsync(AccountOverrides set, IReadOnlyCollection<string> reset, CancellationToken cancellationToken);
}
