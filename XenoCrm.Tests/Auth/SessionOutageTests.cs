using System.Net;
using XenoCrm.Core;
using XenoCrm.Core.People;
using XenoCrm.Data.Sqlite;
using XenoCrm.Tests.Support;

namespace XenoCrm.Tests.Auth;

public sealed class SessionOutageTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task While_the_store_cannot_say_who_somebody_is_their_session_is_not_ended()
    {
        FaultyPeople? people = null;
        using var api = new ApiServer(configure: host => host.ConfigureServices(services => services
            .AddSingleton<IPersonStore>(
                provider => people = new FaultyPeople(new SqlitePersonStore(provider.GetRequiredService<SqliteDatabase>())))));
        using var client = await api.SignedInAsync();

        people!.IsDown = true;
        using var answer = await client.GetAsync("/auth/me", Cancellation);
        people.IsDown = false;

        await answer.ProblemAsync(HttpStatusCode.ServiceUnavailable);
        Assert.True(answer.Headers.Contains("Retry-After"));
        Assert.False(answer.Headers.Contains("Set-Cookie"));
        Assert.Equal(HttpStatusCode.OK, (await client.GetAsync("/auth/me", Cancellation)).StatusCode);
    }

    /// <summary>The real store, with a fault that a test turns on.</summary>
    private sealed class FaultyPeople(IPersonStore people) : IPersonStore
    {
        private volatile bool isDown;

        public bool IsDown
        {
            set => isDown = value;
        }

        public Task<Person?> FindAsync(string id, CancellationToken cancellationToken) => isDown
            ? throw new StoreUnavailableException("The store is down.", new IOException())
            : people.FindAsync(id, cancellationToken);

        public Task<SignInOutcome> SignInAsync(SignIn signIn, DateTimeOffset now, CancellationToken cancellationToken) =>
            people.SignInAsync(signIn, now, cancellationToken);

        public Task<Page<Person>> ListAsync(PageRequest page, CancellationToken cancellationToken) =>
            people.ListAsync(page, cancellationToken);

        public Task<PersonChange> ChangeRoleAsync(string id, Role role, CancellationToken cancellationToken) =>
            people.ChangeRoleAsync(id, role, cancellationToken);

        public Task<PersonChange> RemoveAsync(string id, CancellationToken cancellationToken) => people.RemoveAsync(id, cancellationToken);
    }
}
