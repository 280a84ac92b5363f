using XenoCrm.Core.People;

namespace XenoCrm.Tests.People;

/// <summary>What every store of sessions holds to.</summary>
public abstract class SessionStoreContract
{
    // Ahead of a server that deletes by its own clock what is over.
    private static readonly DateTimeOffset Monday = new(2126, 11, 25, 8, 0, 0, 125, TimeSpan.Zero);

    protected static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    protected abstract ISessionStore Sessions { get; }

    [Fact]
    public async Task A_session_is_found_as_it_was_begun()
    {
        var session = await BeginAsync("s-1", "mara");
        Assert.Equal(session, await FindAsync("s-1"));
        Assert.Null(await FindAsync("s-2"));
    }

    [Fact]
    public async Task An_ended_session_is_none_and_others_go_on()
    {
        await BeginAsync("s-1", "mara");
        await BeginAsync("s-2", "mara");
        await Sessions.EndAsync("s-1", Cancellation);
        await Sessions.EndAsync("s-1", Cancellation);
        Assert.Null(await FindAsync("s-1"));
        Assert.NotNull(await FindAsync("s-2"));
    }

    [Fact]
    public async Task All_sessions_of_a_person_end_together()
    {
        await BeginAsync("s-1", "mara");
        await BeginAsync("s-2", "mara");
        await BeginAsync("s-3", "bo");
        Assert.Equal(2, await Sessions.EndAllAsync("mara", Cancellation));
        Assert.Equal(0, await Sessions.EndAllAsync("mara", Cancellation));
        Assert.Null(await FindAsync("s-1"));
        Assert.Null(await FindAsync("s-2"));
        Assert.Equal("bo", (await FindAsync("s-3"))?.PersonId);
    }

    [Fact]
    public async Task A_session_is_over_at_its_time_and_an_extension_puts_that_off()
    {
        await BeginAsync("s-1", "mara");
        Assert.NotNull(await FindAsync("s-1", after: TimeSpan.FromDays(8) - TimeSpan.FromMilliseconds(1)));
        Assert.Null(await FindAsync("s-1", after: TimeSpan.FromDays(8)));

        await Sessions.ExtendAsync("s-1", Monday.AddDays(20), Cancellation);
        await Sessions.ExtendAsync("s-1", Monday.AddDays(10), Cancellation);
        Assert.Equal(Monday.AddDays(20), (await FindAsync("s-1", after: TimeSpan.FromDays(19)))!.ExpiresAt);
    }

    [Fact]
    public async Task An_extension_does_not_bring_an_ended_session_back()
    {
        await BeginAsync("s-1", "mara");
        await Sessions.EndAsync("s-1", Cancellation);
        await Sessions.ExtendAsync("s-1", Monday.AddDays(20), Cancellation);
        Assert.Null(await FindAsync("s-1"));
    }

    private async Task<Session> BeginAsync(string id, string person)
    {
        var session = new Session(id, person, Monday, Monday.AddDays(8));
        await Sessions.BeginAsync(session, Cancellation);
        return session;
    }

    private Task<Session?> FindAsync(string id, TimeSpan after = default) => Sessions.FindAsync(id, Monday + after, Cancellation);
}
