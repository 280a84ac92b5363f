using MongoDB.Driver;
using MongoDB.Driver.Linq;
using XenoCrm.Core;
using XenoCrm.Core.People;
using XenoCrm.Core.Text;

namespace XenoCrm.Data.Mongo;

internal sealed class MongoPersonStore(MongoStore store, MongoAdmins admins) : IPersonStore
{
    private const string List = "people";

    public Task<SignInOutcome> SignInAsync(SignIn signIn, DateTimeOffset now, CancellationToken cancellationToken) => store.RunAsync(
        async token =>
        {
            var (status, person) = await RecordAsync(signIn, now, token);
            if (status != SignInStatus.OtherAccount)
            {
                await AppointAsync(signIn, person.Id, token);
            }

            return new SignInOutcome(status, await WithRoleAsync(person, token));
        },
        cancellationToken);

    public Task<Person?> FindAsync(string id, CancellationToken cancellationToken) => store.RunAsync(
        async token => await LookUpAsync(id, token) is { } person ? await WithRoleAsync(person, token) : null,
        cancellationToken);

    public Task<Page<Person>> ListAsync(PageRequest page, CancellationToken cancellationToken) => store.RunAsync(
        async token =>
        {
            var people = await store.FindPageAsync(store.People, List, page, person => person.Id, token);
            var all = await admins.ListAllAsync(token);
            return people.Select(person => person.ToPerson(all.Contains(person.Id)));
        },
        cancellationToken);

    public Task<PersonChange> ChangeRoleAsync(string id, Role role, CancellationToken cancellationToken) => store.RunAsync(
        async token =>
        {
            if (await LookUpAsync(id, token) is not { } person)
            {
                return new PersonChange(PersonChangeStatus.NotFound, null);
            }

            var before = await WithRoleAsync(person, token);
            if (role == Role.Admin)
            {
                await admins.AddAsync(person.Via, id, token);
                if (await LookUpAsync(id, token) is null)
                {
                    // Removed meanwhile: an admin that nobody is must not be counted as one.
                    await admins.RemoveAsync(person.Via, id, token);
                    return new PersonChange(PersonChangeStatus.NotFound, null);
                }

                return new PersonChange(PersonChangeStatus.Done, before);
            }

            // First what counts once they are no admin, so that at no moment they have a role that nobody gave them.
            await store.People.UpdateOneAsync(
                one => one.Id == id,
                Builders<MongoPerson>.Update.Set(one => one.Role, MongoPerson.Word(role)),
                cancellationToken: token);
            var isNone = await admins.TryRemoveAsync(person.Via, id, token);
            return new PersonChange(isNone ? PersonChangeStatus.Done : PersonChangeStatus.LastAdmin, before);
        },
        cancellationToken);

    public Task<PersonChange> RemoveAsync(string id, CancellationToken cancellationToken) => store.RunAsync(
        async token =>
        {
            if (await LookUpAsync(id, token) is not { } person)
            {
                return new PersonChange(PersonChangeStatus.NotFound, null);
            }

            var before = await WithRoleAsync(person, token);
            if (!await admins.TryRemoveAsync(person.Via, id, token))
            {
                return new PersonChange(PersonChangeStatus.LastAdmin, before);
            }

            await store.People.DeleteOneAsync(one => one.Id == id, token);

            // Somebody may have made them an admin meanwhile.
            await admins.RemoveAsync(person.Via, id, token);
            return new PersonChange(PersonChangeStatus.Done, before);
        },
        cancellationToken);

    private async Task<(SignInStatus Status, MongoPerson Person)> RecordAsync(
        SignIn signIn, DateTimeOffset now, CancellationToken cancellationToken)
    {
        while (true)
        {
            try
            {
                if (await TryRecordAsync(signIn, now, cancellationToken) is { } recorded)
                {
                    return recorded;
                }

                // Removed meanwhile, or signed in with another account.
            }
            catch (MongoException e) when (MongoFaults.IsDuplicateKey(e) || MongoFaults.IsConflict(e))
            {
                // The same person comes twice at once.
            }
        }
    }

    private async Task<(SignInStatus Status, MongoPerson Person)?> TryRecordAsync(
        SignIn signIn, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var emailKey = TextKey.Of(signIn.Email);
        var address = store.Find(store.People, one => one.Via == signIn.Via && one.EmailKey == emailKey);
        if (await address.FirstOrDefaultAsync(cancellationToken) is not { } known)
        {
            var newcomer = MongoPerson.Of(signIn, now);
            await store.People.InsertOneAsync(newcomer, cancellationToken: cancellationToken);
            return (SignInStatus.FirstTime, newcomer);
        }

        if (known.Subject is not null && known.Subject != signIn.Subject)
        {
            return (SignInStatus.OtherAccount, known);
        }

        var person = await store.People.FindOneAndUpdateAsync(
            known.Subject is null
                ? one => one.Id == known.Id && Mql.IsMissing(one.Subject)
                : one => one.Id == known.Id && one.Subject == known.Subject,
            Changes(signIn, now),
            new FindOneAndUpdateOptions<MongoPerson> { ReturnDocument = ReturnDocument.After },
            cancellationToken);
        return person is null ? null : (SignInStatus.Again, person);
    }

    private static UpdateDefinition<MongoPerson> Changes(SignIn signIn, DateTimeOffset now)
    {
        var change = Builders<MongoPerson>.Update
            .Set(person => person.Email, signIn.Email)
            .Set(person => person.Name, signIn.Name)
            .Set(person => person.LastSignInAt, now);
        change = signIn.Domain is { } domain ? change.Set(person => person.Domain, domain) : change.Unset(person => person.Domain);
        change = signIn.Subject is { } subject ? change.Set(person => person.Subject, subject) : change;
        return signIn.Fixed is { } role ? change.Set(person => person.Role, MongoPerson.Word(role)) : change;
    }

    private async Task AppointAsync(SignIn signIn, string id, CancellationToken cancellationToken)
    {
        if (signIn.Fixed is { } role)
        {
            await (role == Role.Admin
                ? admins.AddAsync(signIn.Via, id, cancellationToken)
                : admins.RemoveAsync(signIn.Via, id, cancellationToken));
        }
        else if ((await admins.ListAsync(signIn.Via, cancellationToken)).Count == 0)
        {
            await admins.ClaimAsync(signIn.Via, id, cancellationToken);
        }
    }

    private async Task<Person> WithRoleAsync(MongoPerson person, CancellationToken cancellationToken) =>
        person.ToPerson((await admins.ListAsync(person.Via, cancellationToken)).Contains(person.Id));

    private async Task<MongoPerson?> LookUpAsync(string id, CancellationToken cancellationToken) =>
        await store.Find(store.People, person => person.Id == id).FirstOrDefaultAsync(cancellationToken);
}
