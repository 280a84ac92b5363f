using XenoCrm.Core.Account;
using XenoCrm.Core.Campaigns;

namespace XenoCrm.Tests.Campaigns;

/// <summary>What frequency caps may rely on of any store.</summary>
public abstract class ContactStoreContract
{
    private static readonly DateTimeOffset Now = new(2026, 11, 1, 9, 0, 0, TimeSpan.Zero);

    private static readonly FrequencyCap TwoAWeek = new() { Messages = 2, Days = 7 };
    private static readonly FrequencyCap OneADay = new() { Messages = 1, Days = 1 };

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private protected abstract IContactStore Contacts { get; }

    [Fact]
    public async Task So_many_messages_leave_in_so_many_days_and_the_next_once_the_first_is_older()
    {
        Assert.True(await LeaveAsync("m1", Now, TwoAWeek));
        Assert.True(await LeaveAsync("m2", Now.AddDays(1), TwoAWeek));
        Assert.False(await LeaveAsync("m3", Now.AddDays(7).AddMilliseconds(-1), TwoAWeek));
        Assert.True(await LeaveAsync("m3", Now.AddDays(7), TwoAWeek));
        Assert.False(await LeaveAsync("m4", Now.AddDays(7), TwoAWeek));
    }

    [Fact]
    public async Task All_caps_hold_at_once()
    {
        Assert.True(await LeaveAsync("m1", Now, TwoAWeek, OneADay));
        Assert.False(await LeaveAsync("m2", Now.AddHours(23), TwoAWeek, OneADay));
        Assert.True(await LeaveAsync("m2", Now.AddHours(24), TwoAWeek, OneADay));
        Assert.False(await LeaveAsync("m3", Now.AddDays(3), TwoAWeek, OneADay));
    }

    [Fact]
    public async Task A_message_is_not_in_its_own_way_when_it_leaves_once_more()
    {
        Assert.True(await LeaveAsync("m1", Now, OneADay));
        Assert.True(await LeaveAsync("m1", Now.AddHours(2), OneADay));
        Assert.False(await LeaveAsync("m2", Now.AddHours(25), OneADay));
        Assert.True(await LeaveAsync("m2", Now.AddHours(26), OneADay));
    }

    [Fact]
    public async Task What_the_vendor_may_have_is_not_held_back_and_counts()
    {
        Assert.True(await LeaveAsync("m1", Now, TwoAWeek));
        Assert.True(await LeaveAsync("m2", Now, TwoAWeek));
        var maybe = new Contact(new MessageId("m2", 1), "c1", MaybeHanded: true);
        Assert.Empty(await Contacts.LeaveAsync([maybe], [OneADay], Now, Cancellation));
        Assert.False(await LeaveAsync("m3", Now.AddDays(1).AddMilliseconds(-1), OneADay));
    }

    [Fact]
    public async Task What_only_seems_to_have_left_as_its_sender_died_before_it_wrote_that_down_is_held_back()
    {
        Assert.True(await LeaveAsync("m1", Now, OneADay));
        var leasedBefore = new Contact(new MessageId("m2", 1), "c1", MaybeHanded: true);
        Assert.Equal([leasedBefore.MessageId], await Contacts.LeaveAsync([leasedBefore], [OneADay], Now, Cancellation));
        Assert.True(await LeaveAsync("m3", Now.AddDays(1), OneADay));
    }

    [Fact]
    public async Task Those_who_have_had_enough_are_counted_whichever_cap_it_is()
    {
        Assert.Equal(0, await Contacts.CountCappedAsync([TwoAWeek], Now, Cancellation));
        Assert.True(await LeaveAsync("m1", Now, TwoAWeek));
        Assert.True(await LeaveAsync("m2", Now.AddDays(1), TwoAWeek));
        await Contacts.LeaveAsync(
            [new Contact(new MessageId("m3", 1), "c2", MaybeHanded: false)], [TwoAWeek], Now.AddDays(1), Cancellation);
        Assert.Equal(1, await Contacts.CountCappedAsync([TwoAWeek], Now.AddDays(1), Cancellation));
        Assert.Equal(2, await Contacts.CountCappedAsync([TwoAWeek, OneADay], Now.AddDays(1), Cancellation));
        Assert.Equal(2, await Contacts.CountCappedAsync([OneADay], Now.AddDays(2).AddMilliseconds(-1), Cancellation));
        Assert.Equal(0, await Contacts.CountCappedAsync([OneADay], Now.AddDays(2), Cancellation));
        Assert.Equal(0, await Contacts.CountCappedAsync([TwoAWeek], Now.AddDays(7), Cancellation));
        Assert.Equal(0, await Contacts.CountCappedAsync([], Now, Cancellation));
    }

    [Fact]
    public async Task Two_campaigns_and_four_servers_at_once_share_the_places_of_each_person()
    {
        string[] people = [.. Enumerable.Range(0, 40).Select(i => $"c{i:00}")];
        var held = await Task.WhenAll(Enumerable.Range(0, 8).Select(campaign => Contacts.LeaveAsync(
            [.. people.Select(one => new Contact(new MessageId($"k{campaign}-{one}", 1), one, false))], [TwoAWeek], Now, Cancellation)));
        var left = people.ToDictionary(
            one => one, one => Enumerable.Range(0, 8).Count(campaign => !held[campaign].Contains(new MessageId($"k{campaign}-{one}", 1))));
        Assert.All(left.Values, count => Assert.Equal(2, count));
        Assert.Equal(people, (await Contacts.FindCappedAsync([.. people, "other"], [TwoAWeek], Now, Cancellation)).Order());
        Assert.Empty(await Contacts.FindCappedAsync(people, [TwoAWeek], Now.AddDays(7), Cancellation));
    }

    private async Task<bool> LeaveAsync(string message, DateTimeOffset at, params FrequencyCap[] caps) =>
        (await Contacts.LeaveAsync([new Contact(new MessageId(message, 1), "c1", MaybeHanded: false)], caps, at, Cancellation)).Count == 0;
}
