using Microsoft.Extensions.Options;
using XenoCrm.Core.Account;

namespace XenoCrm.Tests.Support;

/// <summary>The account's settings for parts that are made by hand.</summary>
internal static class Accounts
{
    public static IOptions<AccountOptions> InUtc { get; } = In("UTC");

    public static IOptions<AccountOptions> In(string timeZone) => Options.Create(new AccountOptions { TimeZone = timeZone });
}
