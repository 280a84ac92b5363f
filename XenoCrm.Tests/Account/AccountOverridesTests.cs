using System.Reflection;
using XenoCrm.Core;
using XenoCrm.Core.Account;

namespace XenoCrm.Tests.Account;

public sealed class AccountOverridesTests
{
    private static readonly AccountOptions Configured = Account();

    // A setting that is new must not be lost on the way.
    [Fact]
    public void Every_setting_of_the_configuration_holds_where_nothing_is_set()
    {
        var account = AccountOverrides.None.Over(Configured);
        foreach (var setting in typeof(AccountOptions).GetProperties(BindingFlags.Public | BindingFlags.Instance))
        {
            var configured = setting.GetValue(Configured);
            Assert.NotNull(configured);
            Assert.Equal(configured, setting.GetValue(account));
        }
    }

    [Fact]
    public void None_takes_the_place_of_what_is_configured()
    {
        var account = new AccountOverrides
        {
            Currency = new Chosen<string>(null),
            FrequencyCaps = [],
            QuietHours = new Chosen<QuietHours>(null),
        }.Over(Configured);
        Assert.Null(account.Currency);
        Assert.Null(account.QuietHours);
        Assert.Empty(account.FrequencyCaps);
        Assert.Equal("Asia/Kolkata", account.TimeZone);
    }

    [Fact]
    public void Nobody_goes_on_by_the_configuration_before_the_store_was_read()
    {
        var settings = new AccountSettings(Configured);
        Assert.Throws<StoreUnavailableException>(() => settings.Current);
        settings.Take(AccountOverrides.None with { TimeZone = "Europe/Berlin" });
        Assert.Equal("Europe/Berlin", settings.Current.TimeZone);
    }

    private static AccountOptions Account()
    {
        var account = new AccountOptions
        {
            Name = "Chai House",
            TimeZone = "Asia/Kolkata",
            Currency = "INR",
            Country = "IN",
            PublicUrl = "https://crm.example.com",
            QuietHours = new QuietHours { From = new TimeOnly(21, 0), To = new TimeOnly(8, 0) },
        };
        account.FrequencyCaps.Add(new FrequencyCap { Messages = 3, Days = 7 });
        return account;
    }
}
