using MongoDB.Driver;
using XenoCrm.Core.Customers;
using XenoCrm.Core.Suppressions;
using XenoCrm.Core.Text;

namespace XenoCrm.Data.Mongo;

/// <summary>
/// Upserts customers, as <see cref="ICustomerStore.UpsertAsync"/> says, in passes: a pass plans as many rows as can be
/// written in any order, writes them at once, and settles. What another process was quicker with is planned anew.
/// </summary>
internal sealed class MongoCustomerWriter(MongoStore store, MongoTotals totals, MongoSuppressions suppressions, TimeProvider time)
{
    public async Task<IReadOnlyList<CustomerResult>> UpsertAsync(IReadOnlyList<CustomerChange> batch, CancellationToken cancellationToken)
    {
        var results = new CustomerResult[batch.Count];
        var addresses = new Lazy<IReadOnlyCollection<ContactAddress>>(() => AddressesOf(batch));
        int[] open = [.. Enumerable.Range(0, batch.Count)];
        while (open.Length > 0)
        {
            var listing = suppressions.AmongAsync(addresses, cancellationToken);
            var stored = await LoadAsync(open.Select(i => batch[i]), cancellationToken);
            var suppressed = await listing;
            var plan = new MongoCustomerPlan(stored, suppressed, time.GetUtcNow());
            var planned = open.TakeWhile(i => (results[i] = plan.Add(batch[i])!) is not null).ToArray();
            var failed = await WriteAsync(plan, cancellationToken);

            // What has come onto the list, or has left it, in between.
            var changed = (await suppressions.AmongAsync(addresses, cancellationToken)).ToHashSet();
            changed.SymmetricExceptWith(suppressed);
            await suppressions.SettleAsync(changed, cancellationToken);
            open = [.. planned.Where(i => results[i].Refusal is null && failed.Contains(results[i].Id!)), .. open[planned.Length..]];
        }

        return results;
    }

    /// <summary>What <see cref="UpsertAsync"/> would answer, were nobody else to write. Nothing is written.</summary>
    public async Task<IReadOnlyList<CustomerResult>> JudgeAsync(IReadOnlyList<CustomerChange> batch, CancellationToken cancellationToken)
    {
        var plan = new MongoCustomerPlan(await LoadAsync(batch, cancellationToken), new HashSet<ContactAddress>(), time.GetUtcNow());

        // One that would wait for those before it to be written is none that is refused.
        return [.. batch.Select(row => plan.Add(row) ?? new CustomerResult(CustomerOutcome.Updated, row.Id))];
    }

    private static HashSet<ContactAddress> AddressesOf(IEnumerable<CustomerChange> rows)
    {
        var addresses = new HashSet<ContactAddress>();
        foreach (var row in rows)
        {
            if (!string.IsNullOrEmpty(row.Email))
            {
                addresses.Add(ContactAddress.OfEmail(row.Email));
            }

            addresses.UnionWith(ContactAddress.FormsOfPhone(row.Phone, row.PhoneE164));
        }

        return addresses;
    }

    /// <summary>Everybody whom the rows can mean, by id, with the key of the address.</summary>
    private async Task<Dictionary<string, string?>> LoadAsync(IEnumerable<CustomerChange> rows, CancellationToken cancellationToken)
    {
        var (ids, emails) = (new HashSet<string>(), new HashSet<string?>());
        foreach (var row in rows)
        {
            if (row.Id is not null)
            {
                ids.Add(row.Id);
            }

            if (!string.IsNullOrEmpty(row.Email))
            {
                emails.Add(TextKey.Of(row.Email));
            }
        }

        var found = await store.Find(store.Customers, customer => ids.Contains(customer.Id) || emails.Contains(customer.Keys.Email))
            .Project<MongoCustomer>(Builders<MongoCustomer>.Projection.Include(customer => customer.Keys.Email))
            .ToListAsync(cancellationToken);
        return found.ToDictionary(customer => customer.Id, customer => customer.Keys?.Email);
    }

    /// <summary>Answers whose rows were not written, because another process was quicker.</summary>
    private async Task<HashSet<string>> WriteAsync(MongoCustomerPlan plan, CancellationToken cancellationToken)
    {
        var writes = plan.Writes().ToArray();
        if (writes.Length == 0)
        {
            return [];
        }

        var (customers, emails) = plan.Unsettled();
        var unsettled = customers.Count == 0 ? null : await totals.AnnounceAsync(customers, emails, [], cancellationToken);
        var failed = await MongoBulk.WriteAsync(store.Customers, writes, cancellationToken);
        if (unsettled is not null)
        {
            await totals.SettleAsync(unsettled, cancellationToken);
            await totals.ForgetAsync(unsettled, cancellationToken);
        }

        return failed;
    }
}
