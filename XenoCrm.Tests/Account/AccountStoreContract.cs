using XenoCrm.Core.Account;

namespace XenoCrm.Tests.Account;

/// <summary>What the account's settings may rely on of any store.</summary>
public abstract class AccountStoreContract
{
    private static readonly AccountOverrides All = new()
    {
        TimeZone = "Asia/Kolkata",
        Currency = new Chosen<string>("INR"),
        FrequencyCaps = [new FrequencyCap { Messages = 3, Days = 7 }],
        QuietHours = new Chosen<QuietHours>(new QuietHours { From = new TimeOnly(21, 0), To = new TimeOnly(8, 30) }),
    };

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private protected abstract IAccountStore Store { get; }

    [Fact]
    public async Task Nothing_is_set_at_first() => Assert.Empty((await Store.ReadAsync(Cancellation)).Members);

    [Fact]
    public async Task What_is_set_comes_back_and_members_that_are_not_named_stay()
    {
        await Store.ChangeAsync(All, [], Cancellation);
        await Store.ChangeAsync(AccountOverrides.None with { TimeZone = "Europe/Berlin" }, [], Cancellation);
        var read = await Store.ReadAsync(Cancellation);
        Assert.Equal((All with { TimeZone = "Europe/Berlin" }).ToTexts(), read.ToTexts());
        Assert.Equal(new TimeOnly(8, 30), read.QuietHours?.Value?.To);
        Assert.Equal(7, Assert.Single(read.FrequencyCaps!).Days);
    }

    [Fact]
    public async Task None_is_another_thing_than_not_set()
    {
        var none = new AccountOverrides
        {
            Currency = new Chosen<string>(null),
            FrequencyCaps = [],
            QuietHours = new Chosen<QuietHours>(null),
        };
        await Store.ChangeAsync(none, [], Cancellation);
        var read = await Store.ReadAsync(Cancellation);
        Assert.Equal([AccountMember.Currency, AccountMember.FrequencyCaps, AccountMember.QuietHours], read.Members);
        Assert.Null(read.Currency!.Value);
        Assert.Null(read.QuietHours!.Value);
        Assert.Empty(read.FrequencyCaps!);
    }

    [Fact]
    public async Task A_member_goes_back_to_the_configuration_while_another_is_set()
    {
        await Store.ChangeAsync(All, [], Cancellation);
        var currency = AccountOverrides.None with { Currency = new Chosen<string>("EUR") };
        await Store.ChangeAsync(currency, [AccountMember.TimeZone, AccountMember.FrequencyCaps], Cancellation);
        var read = await Store.ReadAsync(Cancellation);
        Assert.Equal([AccountMember.Currency, AccountMember.QuietHours], read.Members);
        Assert.Equal("EUR", read.Currency!.Value);
    }

    [Fact]
    public async Task Two_who_set_different_members_at_once_both_have_theirs()
    {
        await Task.WhenAll(
            Store.ChangeAsync(AccountOverrides.None with { TimeZone = "Asia/Tokyo" }, [], Cancellation),
            Store.ChangeAsync(AccountOverrides.None with { Currency = new Chosen<string>("JPY") }, [], Cancellation),
            Store.ChangeAsync(AccountOverrides.None with { FrequencyCaps = [] }, [], Cancellation));
        Assert.Equal(
            [AccountMember.TimeZone, AccountMember.Currency, AccountMember.FrequencyCaps],
            (await Store.ReadAsync(Cancellation)).Members);
    }
}
