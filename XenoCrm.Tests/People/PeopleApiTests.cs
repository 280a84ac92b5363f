using System.Net;
using XenoCrm.Tests.Support;

namespace XenoCrm.Tests.People;

public sealed class PeopleApiTests : IAsyncLifetime
{
    private readonly ApiServer api = new();
    private HttpClient admin = null!;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => admin = await api.SignedInAsync("mara@example.com");

    public ValueTask DisposeAsync()
    {
        admin.Dispose();
        api.Dispose();
        return ValueTask.CompletedTask;
    }

    [Theory]
    [InlineData(null, "admin", "read ingest send administer")]
    [InlineData("admin", "admin", "read ingest send administer")]
    [InlineData("marketer", "marketer", "read ingest send")]
    [InlineData("viewer", "viewer", "read")]
    public async Task A_role_is_what_its_permissions_are(string? asked, string role, string permissions)
    {
        using var client = await api.SignedInAsync("bo@example.com", asked);
        var me = await (await client.GetAsync("/auth/me", Cancellation)).JsonAsync();
        Assert.Equal(role, me.Text("role"));
        Assert.Equal(
            permissions, string.Join(' ', me.GetProperty("permissions").EnumerateArray().Select(permission => permission.GetString())));
    }

    [Fact]
    public async Task A_viewer_reads_and_a_marketer_sends_and_neither_manages_people()
    {
        using var viewer = await api.SignedInAsync("vi@example.com", "viewer");
        using var marketer = await api.SignedInAsync("mo@example.com", "marketer");
        object customer = new { name = "Asha", email = "asha@example.com" };

        Assert.Equal(HttpStatusCode.OK, (await viewer.GetAsync("/customers", Cancellation)).StatusCode);
        Assert.Equal(HttpStatusCode.Forbidden, (await viewer.PostAsJsonAsync("/customers", customer, Cancellation)).StatusCode);
        Assert.Equal(HttpStatusCode.Created, (await marketer.PostAsJsonAsync("/customers", customer, Cancellation)).StatusCode);
        Assert.Equal(HttpStatusCode.Forbidden, (await viewer.GetAsync("/people", Cancellation)).StatusCode);
        Assert.Equal(HttpStatusCode.Forbidden, (await marketer.GetAsync("/people", Cancellation)).StatusCode);
        Assert.Equal(HttpStatusCode.Forbidden, (await marketer.DeleteAsync("/customers/asha", Cancellation)).StatusCode);
    }

    [Fact]
    public async Task Everybody_who_has_signed_in_is_listed()
    {
        using var viewer = await api.SignedInAsync("vi@example.com", "viewer");

        var people = await (await admin.GetAsync("/people", Cancellation)).JsonAsync();

        Assert.Equal(
            ["vi@example.com viewer dev", "mara@example.com admin dev"],
            people.EnumerateArray().Select(person => $"{person.Text("email")} {person.Text("role")} {person.Text("via")}"));
    }

    [Fact]
    public async Task A_role_that_is_changed_counts_in_the_session_that_is_open()
    {
        using var client = await api.SignedInAsync("bo@example.com", "viewer");
        Assert.Equal(HttpStatusCode.Forbidden, (await client.GetAsync("/people", Cancellation)).StatusCode);

        var answer = await ChangeAsync(await IdAsync("bo@example.com"), "admin");

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Equal("admin", (await answer.JsonAsync()).Text("role"));
        Assert.Equal(HttpStatusCode.OK, (await client.GetAsync("/people", Cancellation)).StatusCode);
        await ChangeAsync(await IdAsync("bo@example.com"), "viewer");
        Assert.Equal(HttpStatusCode.Forbidden, (await client.GetAsync("/people", Cancellation)).StatusCode);
    }

    [Fact]
    public async Task Somebody_who_is_removed_is_signed_out()
    {
        using var client = await api.SignedInAsync("bo@example.com", "marketer");
        Assert.Equal(HttpStatusCode.OK, (await client.GetAsync("/customers", Cancellation)).StatusCode);

        Assert.Equal(
            HttpStatusCode.NoContent, (await admin.DeleteAsync($"/people/{await IdAsync("bo@example.com")}", Cancellation)).StatusCode);

        Assert.Equal(HttpStatusCode.Unauthorized, (await client.GetAsync("/customers", Cancellation)).StatusCode);
        Assert.Equal(HttpStatusCode.Unauthorized, (await client.GetAsync("/auth/me", Cancellation)).StatusCode);
    }

    [Fact]
    public async Task The_last_admin_stays()
    {
        var id = await IdAsync("mara@example.com");

        var demoted = await (await ChangeAsync(id, "viewer")).ProblemAsync(HttpStatusCode.Conflict);
        var removed = await (await admin.DeleteAsync($"/people/{id}", Cancellation)).ProblemAsync(HttpStatusCode.Conflict);

        Assert.Equal("This is the last admin. Make somebody else an admin first.", demoted.Text("detail"));
        Assert.Equal(demoted.Text("detail"), removed.Text("detail"));
        Assert.Equal(HttpStatusCode.OK, (await admin.GetAsync("/people", Cancellation)).StatusCode);
    }

    [Fact]
    public async Task Nobody_is_not_found()
    {
        await (await ChangeAsync("nobody", "viewer")).ProblemAsync(HttpStatusCode.NotFound);
        await (await admin.DeleteAsync("/people/nobody", Cancellation)).ProblemAsync(HttpStatusCode.NotFound);
    }

    [Theory]
    [InlineData("owner")]
    [InlineData("Admin")]
    [InlineData("")]
    public async Task A_role_that_there_is_not_is_refused(string role)
    {
        var id = await IdAsync("mara@example.com");
        await (await ChangeAsync(id, role)).ErrorAsync("role");
        await (await admin.PostAsJsonAsync("/auth/dev", new { email = "bo@example.com", role = "owner" }, Cancellation)).ErrorAsync("role");
    }

    [Fact]
    public async Task Another_server_on_the_same_store_follows_within_seconds()
    {
        using var other = new ApiServer(
            new Dictionary<string,
            string?>
            { ["ConnectionStrings:xenocrm"] = $"Data Source={Path.Combine(api.DataFolder, "xenocrm.db")}" });
        using var client = await other.SignedInAsync("bo@example.com", "marketer");
        Assert.Equal(HttpStatusCode.OK, (await client.GetAsync("/customers", Cancellation)).StatusCode);

        await admin.DeleteAsync($"/people/{await IdAsync("bo@example.com")}", Cancellation);

        await Poll.UntilAsync(
            async () =>
                (await client.GetAsync("/customers",
                    Cancellation)).StatusCode == HttpStatusCode.Unauthorized, "the other server to notice");
    }

    private Task<HttpResponseMessage> ChangeAsync(string id, string role) =>
        admin.PutAsJsonAsync($"/people/{id}/role", new { role }, Cancellation);

    private async Task<string> IdAsync(string email) =>
        (await (await admin.GetAsync("/people", Cancellation)).JsonAsync())
            .EnumerateArray()
            .Single(person => person.Text("email") == email)
            .Text("id")!;
}
