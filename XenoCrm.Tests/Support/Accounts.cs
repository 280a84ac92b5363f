using XenoCrm.Core.Account;

namespace XenoCrm.Tests.Support;

/// <summary>The account's settings for parts that are made by hand.</summary>
internal static class Accounts
{
    public static AccountSettings InUtc { get; } = In("UTC");

    public static AccountSettings In(string timeZone)
    {
        var account = new AccountSettings(new AccountOptions { TimeZone = timeZone });
        account.Take(AccountOverrides.None);
        return account;
    }
}
