using XenoCrm.Core;
using XenoCrm.Core.People;

namespace XenoCrm.Tests.People;

/// <summary>What every store of people holds to.</summary>
public abstract class PersonStoreContract
{
    private static readonly DateTimeOffset Monday = new(2026, 11, 23, 8, 0, 0, TimeSpan.Zero);
    private static readonly DateTimeOffset Tuesday = Monday.AddDays(1);

    protected static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    protected abstract IPersonStore People { get; }

    [Fact]
    public async Task The_first_becomes_an_admin_and_later_ones_what_newcomers_become()
    {
        var first = await SignInAsync("mara@example.com");
        var second = await SignInAsync("bo@example.com", newcomer: Role.Marketer);
        var third = await SignInAsync("cy@example.com");

        Assert.Equal([Role.Admin, Role.Marketer, Role.Viewer], [first.Role, second.Role, third.Role]);
        Assert.Equal(Role.Admin, (await People.FindAsync(first.Id, Cancellation))!.Role);
        Assert.Equal(Role.Marketer, (await People.FindAsync(second.Id, Cancellation))!.Role);
    }

    [Fact]
    public async Task Of_many_who_come_first_at_once_one_becomes_an_admin()
    {
        for (var round = 0; round < 5; round++)
        {
            var via = $"round{round}";
            var people = await Task.WhenAll(Enumerable.Range(0, 8).Select(i => Task.Run(() => SignInAsync($"p{i}@example.com", via))));
            var roles = await Task.WhenAll(people.Select(async person => (await People.FindAsync(person.Id, Cancellation))!.Role));
            Assert.Equal(1, roles.Count(role => role == Role.Admin));
            Assert.Equal(8, people.Select(person => person.Id).Distinct().Count());
        }
    }

    [Fact]
    public async Task One_who_comes_many_times_at_once_is_one_person()
    {
        var people = await Task.WhenAll(
            Enumerable.Range(0, 8).Select(i => Task.Run(() => SignInAsync(i % 2 == 0 ? "mara@example.com" : "MARA@Example.com"))));
        Assert.Single(people.Select(person => person.Id).Distinct());
        Assert.Single((await People.ListAsync(new PageRequest(10, null), Cancellation)).Items);
    }

    [Fact]
    public async Task A_person_keeps_id_role_and_first_sign_in()
    {
        await SignInAsync("mara@example.com");
        var first = await People.SignInAsync(SignIn("bo@example.com") with { Domain = "example.com" }, Monday, Cancellation);
        await People.ChangeRoleAsync(first.Person.Id, Role.Marketer, Cancellation);
        var again = await People.SignInAsync(SignIn("Bo@Example.com") with { Name = "Bo B." }, Tuesday, Cancellation);

        Assert.Equal((SignInStatus.FirstTime, SignInStatus.Again), (first.Status, again.Status));
        Assert.Equal("example.com", first.Person.Domain);
        var expected =
            first.Person with { Email = "Bo@Example.com", Name = "Bo B.", Role = Role.Marketer, Domain = null, LastSignInAt = Tuesday };
        Assert.Equal(expected, again.Person);
        Assert.Equal(expected, await People.FindAsync(first.Person.Id, Cancellation));
    }

    [Fact]
    public async Task An_address_that_another_account_has_now_is_not_let_into_the_role()
    {
        var person = (await People.SignInAsync(SignIn("mara@example.com") with { Subject = "1" }, Monday, Cancellation)).Person;

        var other = await People.SignInAsync(
            SignIn("mara@example.com") with { Subject = "2", Name = "Somebody else" }, Tuesday, Cancellation);

        Assert.Equal((SignInStatus.OtherAccount, person.Id), (other.Status, other.Person.Id));
        Assert.Equal(person, await People.FindAsync(person.Id, Cancellation));
    }

    [Fact]
    public async Task Ways_of_signing_in_do_not_know_each_other()
    {
        var dev = await SignInAsync("mara@example.com", "dev");
        var google = await SignInAsync("mara@example.com");
        Assert.NotEqual(dev.Id, google.Id);
        Assert.Equal([Role.Admin, Role.Admin], [dev.Role, google.Role]);

        Assert.Equal(PersonChangeStatus.LastAdmin, (await People.RemoveAsync(google.Id, Cancellation)).Status);
    }

    [Theory]
    [InlineData(Role.Viewer)]
    [InlineData(Role.Marketer)]
    [InlineData(Role.Admin)]
    public async Task A_fixed_role_is_the_role_whatever_it_was(Role role)
    {
        await SignInAsync("mara@example.com");
        foreach (var before in Enum.GetValues<Role>())
        {
            await People.SignInAsync(SignIn("bo@example.com") with { Fixed = before }, Monday, Cancellation);
            var person = (await People.SignInAsync(SignIn("bo@example.com") with { Fixed = role }, Tuesday, Cancellation)).Person;
            Assert.Equal(role, person.Role);
            Assert.Equal(role, (await People.FindAsync(person.Id, Cancellation))!.Role);
        }
    }

    [Fact]
    public async Task The_last_admin_can_neither_be_demoted_nor_removed()
    {
        var admin = await SignInAsync("mara@example.com");
        await SignInAsync("bo@example.com");

        Assert.Equal(PersonChangeStatus.LastAdmin, (await People.ChangeRoleAsync(admin.Id, Role.Viewer, Cancellation)).Status);
        Assert.Equal(PersonChangeStatus.LastAdmin, (await People.RemoveAsync(admin.Id, Cancellation)).Status);
        Assert.Equal(PersonChangeStatus.Done, (await People.ChangeRoleAsync(admin.Id, Role.Admin, Cancellation)).Status);
        Assert.Equal(Role.Admin, (await People.FindAsync(admin.Id, Cancellation))!.Role);
    }

    [Fact]
    public async Task With_a_second_admin_the_first_may_go()
    {
        var first = await SignInAsync("mara@example.com");
        var second = await SignInAsync("bo@example.com");

        var promoted = await People.ChangeRoleAsync(second.Id, Role.Admin, Cancellation);
        var demoted = await People.ChangeRoleAsync(first.Id, Role.Marketer, Cancellation);

        Assert.Equal((PersonChangeStatus.Done, Role.Viewer), (promoted.Status, promoted.Before!.Role));
        Assert.Equal((PersonChangeStatus.Done, Role.Admin), (demoted.Status, demoted.Before!.Role));
        Assert.Equal(Role.Marketer, (await People.FindAsync(first.Id, Cancellation))!.Role);
        Assert.Equal(PersonChangeStatus.LastAdmin, (await People.RemoveAsync(second.Id, Cancellation)).Status);
    }

    [Fact]
    public async Task Two_admins_who_demote_each_other_at_once_leave_one()
    {
        for (var round = 0; round < 10; round++)
        {
            var via = $"round{round}";
            var one = await SignInAsync("one@example.com", via);
            var two = await SignInAsync("two@example.com", via);
            await People.ChangeRoleAsync(two.Id, Role.Admin, Cancellation);

            var changes = await Task.WhenAll(
                Task.Run(() => People.ChangeRoleAsync(one.Id, Role.Viewer, Cancellation)),
                Task.Run(() => People.RemoveAsync(two.Id, Cancellation)));

            Assert.Single(changes, change => change.Status == PersonChangeStatus.Done);
            Person?[] left = [await People.FindAsync(one.Id, Cancellation), await People.FindAsync(two.Id, Cancellation)];
            Assert.Single(left, person => person?.Role == Role.Admin);
        }
    }

    [Fact]
    public async Task Somebody_who_is_removed_comes_back_as_a_newcomer()
    {
        await SignInAsync("mara@example.com");
        var person = await SignInAsync("bo@example.com", newcomer: Role.Marketer);

        Assert.Equal(PersonChangeStatus.Done, (await People.RemoveAsync(person.Id, Cancellation)).Status);

        Assert.Null(await People.FindAsync(person.Id, Cancellation));
        Assert.Equal(new PersonChange(PersonChangeStatus.NotFound, null), await People.RemoveAsync(person.Id, Cancellation));
        Assert.Equal(
            new PersonChange(PersonChangeStatus.NotFound, null), await People.ChangeRoleAsync(person.Id, Role.Admin, Cancellation));
        var back = await SignInAsync("bo@example.com");
        Assert.NotEqual(person.Id, back.Id);
        Assert.Equal(Role.Viewer, back.Role);
    }

    [Fact]
    public async Task People_are_listed_newest_first_page_by_page()
    {
        for (var i = 0; i < 5; i++)
        {
            await People.SignInAsync(SignIn($"p{i}@example.com"), Monday.AddMinutes(i), Cancellation);
        }

        var seen = new List<Person>();
        string? cursor = null;
        do
        {
            var page = await People.ListAsync(new PageRequest(2, cursor), Cancellation);
            seen.AddRange(page.Items);
            cursor = page.NextCursor;
        }
        while (cursor is not null);

        Assert.Equal(
            ["p4@example.com", "p3@example.com", "p2@example.com", "p1@example.com", "p0@example.com"],
            seen.Select(person => person.Email));
        Assert.Equal([Role.Viewer, Role.Viewer, Role.Viewer, Role.Viewer, Role.Admin], seen.Select(person => person.Role));
        await Assert.ThrowsAsync<InvalidCursorException>(() => People.ListAsync(new PageRequest(2, "x"), Cancellation));
    }

    private static SignIn SignIn(string email, string via = "google") => new() { Via = via, Email = email, Name = email };

    private async Task<Person> SignInAsync(string email, string via = "google", Role newcomer = Role.Viewer) =>
        (await People.SignInAsync(SignIn(email, via) with { Newcomer = newcomer }, Monday, Cancellation)).Person;
}
