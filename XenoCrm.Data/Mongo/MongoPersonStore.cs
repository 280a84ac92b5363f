using MongoDB.Bson;
using MongoDB.Driver;
using XenoCrm.Core;
using XenoCrm.Core.People;
using XenoCrm.Core.Text;
using Names = XenoCrm.Data.Mongo.MongoPerson.Names;

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

    public Task<Page<Person>> ListAsync(PageRequest page, CancellationToken cancellationToken)
    {
        var filter = page.Cursor is { } cursor ? new BsonDocument(Names.Id, Query.Lt(Cursor.Decode(List, cursor))) : Query.Everything;
        return store.RunAsync(
            async token =>
            {
                var people = await store.Find(store.People, filter).Sort(new BsonDocument(Names.Id, -1)).Limit(page.Limit + 1).ToListAsync(token);
                var all = await admins.ListAllAsync(token);
                return Cursor.Page(List, people, page.Limit, person => person.Id).Select(person => person.ToPerson(all.Contains(person.Id)));
            },
            cancellationToken);
    }

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
            await store.People.UpdateOneAsync(ById(id), Query.Change(new BsonDocument(Names.Role, MongoPerson.Word(role))), cancellationToken: token);
            return new PersonChange(await admins.TryRemoveAsync(person.Via, id, token) ? PersonChangeStatus.Done : PersonChangeStatus.LastAdmin, before);
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

            await store.People.DeleteOneAsync(ById(id), token);

            // Somebody may have made them an admin meanwhile.
            await admins.RemoveAsync(person.Via, id, token);
            return new PersonChange(PersonChangeStatus.Done, before);
        },
        cancellationToken);

    private async Task<(SignInStatus Status, MongoPerson Person)> RecordAsync(SignIn signIn, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var address = new BsonDocument { { Names.Via, signIn.Via }, { Names.EmailKey, TextKey.Of(signIn.Email) } };
        while (true)
        {
            if (await store.Find(store.People, address).FirstOrDefaultAsync(cancellationToken) is { } known)
            {
                if (known.Subject is not null && known.Subject != signIn.Subject)
                {
                    return (SignInStatus.OtherAccount, known);
                }

                BsonValue subject = known.Subject is { } name ? new BsonString(name) : Query.Absent;
                var person = await store.People.FindOneAndUpdateAsync(
                    new BsonDocument { { Names.Id, known.Id }, { Names.Subject, subject } },
                    Changes(signIn, now),
                    new FindOneAndUpdateOptions<MongoPerson> { ReturnDocument = ReturnDocument.After },
                    cancellationToken);
                if (person is not null)
                {
                    return (SignInStatus.Again, person);
                }

                // Removed meanwhile, or signed in with another account.
                continue;
            }

            try
            {
                var newcomer = MongoPerson.Of(signIn, now);
                await store.People.InsertOneAsync(newcomer, cancellationToken: cancellationToken);
                return (SignInStatus.FirstTime, newcomer);
            }
            catch (MongoWriteException e) when (MongoFaults.IsDuplicateKey(e))
            {
                // The same person comes twice at once.
            }
        }
    }

    private static BsonDocument Changes(SignIn signIn, DateTimeOffset now)
    {
        var set = new BsonDocument { { Names.Email, signIn.Email }, { Names.Name, signIn.Name }, { Names.LastSignInAt, now.ToBson() } };
        if (signIn.Subject is { } subject)
        {
            set.Add(Names.Subject, subject);
        }

        if (signIn.Fixed is { } role)
        {
            set.Add(Names.Role, MongoPerson.Word(role));
        }

        return signIn.Domain is { } domain ? Query.Change(set.Add(Names.Domain, domain)) : Query.Change(set, Names.Domain);
    }

    private async Task AppointAsync(SignIn signIn, string id, CancellationToken cancellationToken)
    {
        if (signIn.Fixed is { } role)
        {
            await (role == Role.Admin ? admins.AddAsync(signIn.Via, id, cancellationToken) : admins.RemoveAsync(signIn.Via, id, cancellationToken));
        }
        else if ((await admins.ListAsync(signIn.Via, cancellationToken)).Count == 0)
        {
            await admins.ClaimAsync(signIn.Via, id, cancellationToken);
        }
    }

    private async Task<Person> WithRoleAsync(MongoPerson person, CancellationToken cancellationToken) =>
        person.ToPerson((await admins.ListAsync(person.Via, cancellationToken)).Contains(person.Id));

    private async Task<MongoPerson?> LookUpAsync(string id, CancellationToken cancellationToken) =>
        await store.Find(store.People, ById(id)).FirstOrDefaultAsync(cancellationToken);

    private static BsonDocument ById(string id) => new(Names.Id, id);
}
