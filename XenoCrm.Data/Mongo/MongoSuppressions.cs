using MongoDB.Driver;
using MongoDB.Driver.Linq;
using XenoCrm.Core.Customers;
using XenoCrm.Core.Suppressions;

namespace XenoCrm.Data.Mongo;

/// <summary>
/// The suppression list as others use it, and the customers' flags. A message asks the list itself when it leaves. A flag is what counts
/// and launches go by: it is written with the address, as the list says, and whoever changes the list or an address looks at the list
/// once more after that and sets the flag anew if it is another by then. So the last to write a flag has seen the list as it is since.
/// </summary>
internal sealed class MongoSuppressions(MongoStore store)
{
    private static readonly FilterDefinitionBuilder<MongoCustomer> Customers = Builders<MongoCustomer>.Filter;
    private static readonly UpdateDefinitionBuilder<MongoCustomer> Change = Builders<MongoCustomer>.Update;
    private static readonly BulkWriteOptions InAnyOrder = new() { IsOrdered = false };

    private SuppressionKey? known;

    /// <summary>Whether anything is on the list, so that nobody hashes in vain.</summary>
    public Task<bool> AnyAsync(CancellationToken cancellationToken) =>
        store.Find(store.Suppressions, FilterDefinition<MongoSuppression>.Empty).AnyAsync(cancellationToken);

    /// <summary>Those of the addresses that are on the list.</summary>
    public Task<IReadOnlySet<ContactAddress>> AmongAsync(
        IReadOnlyCollection<ContactAddress> addresses, CancellationToken cancellationToken) =>
        AmongAsync(new Lazy<IReadOnlyCollection<ContactAddress>>(addresses), cancellationToken);

    /// <param name="lazily">The addresses, which are only needed where something is on the list.</param>
    /// <param name="cancellationToken">The caller's.</param>
    /// <inheritdoc cref="AmongAsync(IReadOnlyCollection{ContactAddress}, CancellationToken)"/>
    public async Task<IReadOnlySet<ContactAddress>> AmongAsync(
        Lazy<IReadOnlyCollection<ContactAddress>> lazily, CancellationToken cancellationToken)
    {
        if (!await AnyAsync(cancellationToken) || lazily.Value is not { Count: > 0 } addresses)
        {
            return new HashSet<ContactAddress>();
        }

        var key = await KeyAsync(cancellationToken);
        var byHash = addresses.Distinct().ToDictionary(key.HashOf);
        var hashes = byHash.Keys.ToArray();
        var listed = await store.Find(store.Suppressions, entry => hashes.Contains(entry.Id), hashes.Length)
            .Project(entry => entry.Id)
            .ToListAsync(cancellationToken);
        return listed.Select(hash => byHash[hash]).ToHashSet();
    }

    public async Task<MongoSuppression?> FindAsync(IReadOnlyList<ContactAddress> forms, CancellationToken cancellationToken)
    {
        var key = await KeyAsync(cancellationToken);
        var hashes = forms.Select(key.HashOf).ToArray();
        var found = await store.Find(store.Suppressions, entry => hashes.Contains(entry.Id)).ToListAsync(cancellationToken);
        return found.MinBy(entry => Array.IndexOf(hashes, entry.Id));
    }

    /// <summary>Puts an address on the list, and says so at the customers who have it.</summary>
    /// <returns>The address's entry, and whether it is new.</returns>
    public async Task<(MongoSuppression Entry, bool IsNew)> AddAsync(NewSuppression suppression, CancellationToken cancellationToken)
    {
        var entry = MongoSuppression.Of(suppression, (await KeyAsync(cancellationToken)).HashOf(suppression.Address));
        var before = await InsertAsync(entry, cancellationToken);
        await SettleAsync([suppression.Address], cancellationToken);
        return (before ?? entry, before is null);
    }

    /// <returns>The entry that was there; null where there was none.</returns>
    private async Task<MongoSuppression?> InsertAsync(MongoSuppression entry, CancellationToken cancellationToken)
    {
        while (true)
        {
            try
            {
                await store.Suppressions.InsertOneAsync(entry, cancellationToken: cancellationToken);
                return null;
            }
            catch (MongoWriteException e) when (MongoFaults.IsDuplicateKey(e))
            {
                if (await store.Find(store.Suppressions, one => one.Id == entry.Id).FirstOrDefaultAsync(cancellationToken) is { } first)
                {
                    return first;
                }

                // It has just been taken off.
            }
        }
    }

    /// <summary>Puts addresses on the list, and says so at the customers who have them.</summary>
    public async Task AddAsync(IReadOnlyCollection<NewSuppression> suppressions, CancellationToken cancellationToken)
    {
        if (suppressions.Count == 0)
        {
            return;
        }

        // In one order everywhere, so that two batches do not wait for each other. Of two of one address the first counts.
        var key = await KeyAsync(cancellationToken);
        var writes = suppressions.Select(suppression => MongoSuppression.Of(suppression, key.HashOf(suppression.Address)))
            .DistinctBy(entry => entry.Id)
            .OrderBy(entry => entry.Id, StringComparer.Ordinal)
            .Select(entry => new UpdateOneModel<MongoSuppression>(
                Builders<MongoSuppression>.Filter.Eq(one => one.Id, entry.Id), Unless(entry))
            {
                IsUpsert = true,
            })
            .ToArray();
        await MongoFaults.AgainAfterMeetingAsync(() => store.Suppressions.BulkWriteAsync(writes, InAnyOrder, cancellationToken));
        await SettleAsync([.. suppressions.Select(suppression => suppression.Address)], cancellationToken);
    }

    /// <returns>The first entry that was there; null if none was.</returns>
    public async Task<MongoSuppression?> RemoveAsync(IReadOnlyList<ContactAddress> forms, CancellationToken cancellationToken)
    {
        var key = await KeyAsync(cancellationToken);
        MongoSuppression? removed = null;
        foreach (var hash in forms.Select(key.HashOf))
        {
            // Of two who remove it at once, one is told that it was there.
            var gone = await store.Suppressions.FindOneAndDeleteAsync<MongoSuppression>(
                entry => entry.Id == hash, cancellationToken: cancellationToken);
            removed ??= gone;
        }

        // Even where there was none: a removal that was cut off may have left flags.
        await SettleAsync(forms, cancellationToken);
        return removed;
    }

    /// <summary>Sets the flags of those who have one of these addresses as the list says, until it says the same afterwards.</summary>
    public async Task SettleAsync(IReadOnlyCollection<ContactAddress> addresses, CancellationToken cancellationToken)
    {
        string[] emails = [.. addresses.Where(address => address.Kind == AddressKind.Email).Select(address => address.Form)];
        string[] phones = [.. addresses.Where(address => address.Kind == AddressKind.Phone).Select(address => address.Form)];
        if (emails.Length > 0)
        {
            await SettleEmailsAsync(emails, cancellationToken);
        }

        if (phones.Length > 0)
        {
            await SettlePhonesAsync(phones, cancellationToken);
        }
    }

    private async Task SettleEmailsAsync(string[] emails, CancellationToken cancellationToken)
    {
        ContactAddress[] all = [.. emails.Select(email => new ContactAddress(AddressKind.Email, email))];
        var listed = await AmongAsync(all, cancellationToken);
        while (true)
        {
            string?[] those = [.. listed.Select(address => address.Form)];
            string?[] others = [.. emails.Except(those)];
            await MongoFaults.AgainAfterConflictAsync(() => store.Customers.BulkWriteAsync(
                [
                    new UpdateManyModel<MongoCustomer>(
                        Customers.Where(customer => those.Contains(customer.Keys.Email) && customer.EmailSuppressed != true),
                        Change.Set(customer => customer.EmailSuppressed, true)),
                    new UpdateManyModel<MongoCustomer>(
                        Customers.Where(customer => others.Contains(customer.Keys.Email) && customer.EmailSuppressed == true),
                        Change.Unset(customer => customer.EmailSuppressed)),
                ],
                InAnyOrder,
                cancellationToken));
            var now = await AmongAsync(all, cancellationToken);
            if (now.SetEquals(listed))
            {
                return;
            }

            listed = now;
        }
    }

    // Numbers have no index: all of a batch are looked for at once, for as long as an audience is.
    private async Task SettlePhonesAsync(string[] phones, CancellationToken cancellationToken)
    {
        var fields = Builders<MongoCustomer>.Projection
            .Include(customer => customer.Keys.Phone)
            .Include(customer => customer.PhoneSuppressed);
        var those = Customers.AnyIn(customer => customer.Keys.Phone, ContactAddress.KeysOfForms(phones));
        while (true)
        {
            var owners = new List<MongoCustomer>();
            await foreach (var owner in store.StreamAsync(store.Customers, those, fields, cancellationToken))
            {
                owners.Add(owner);
            }

            var forms = owners.SelectMany(FormsOf).ToHashSet();
            var listed = await AmongAsync(forms, cancellationToken);
            var writes = owners
                .Where(owner => (owner.PhoneSuppressed == true) != FormsOf(owner).Any(listed.Contains))
                .Select(owner => new UpdateOneModel<MongoCustomer>(
                    Customers.Eq(customer => customer.Id, owner.Id) & Customers.Eq(customer => customer.Keys.Phone, owner.Keys.Phone),
                    owner.PhoneSuppressed == true
                        ? Change.Unset(customer => customer.PhoneSuppressed)
                        : Change.Set(customer => customer.PhoneSuppressed, true)))
                .ToArray();
            if (writes.Length > 0)
            {
                await MongoFaults.AgainAfterConflictAsync(() => store.Customers.BulkWriteAsync(writes, InAnyOrder, cancellationToken));
            }

            if (writes.Length == 0 || (await AmongAsync(forms, cancellationToken)).SetEquals(listed))
            {
                return;
            }
        }
    }

    private static IEnumerable<ContactAddress> FormsOf(MongoCustomer customer) =>
        ContactAddress.FormsOfKeys(customer.Keys.Phone ?? []);

    /// <summary>The entry, unless there is one of the address.</summary>
    private static UpdateDefinition<MongoSuppression> Unless(MongoSuppression entry) => Builders<MongoSuppression>.Update
        .SetOnInsert(one => one.Kind, entry.Kind)
        .SetOnInsert(one => one.Reason, entry.Reason)
        .SetOnInsert(one => one.At, entry.At)
        .SetOnInsert(one => one.By, entry.By);

    /// <summary>Of the processes that are the first to want it, one makes it.</summary>
    private async Task<SuppressionKey> KeyAsync(CancellationToken cancellationToken)
    {
        if (known is null)
        {
            var stored = store.Find(store.SuppressionKeys, one => one.Id == MongoSuppressionKey.TheId);
            if (!await stored.AnyAsync(cancellationToken))
            {
                try
                {
                    await store.SuppressionKeys.InsertOneAsync(
                        new MongoSuppressionKey { Id = MongoSuppressionKey.TheId, Key = SuppressionKey.Create() },
                        cancellationToken: cancellationToken);
                }
                catch (MongoWriteException e) when (MongoFaults.IsDuplicateKey(e))
                {
                    // Another process was quicker: its key is the store's.
                }
            }

            known = new SuppressionKey((await stored.FirstAsync(cancellationToken)).Key);
        }

        return known;
    }
}
