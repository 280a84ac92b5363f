using MongoDB.Driver;
using XenoCrm.Core.Customers;
using XenoCrm.Core.Text;

namespace XenoCrm.Data.Mongo;

/// <summary>
/// Upserts customers, as <see cref="ICustomerStore.UpsertAsync"/> says, in passes: a pass plans as many rows as can be
/// written in any order, writes them at once, and settles. What another process was quicker with is planned anew.
/// </summary>
internal sealed class MongoCustomerWriter(MongoStore store, MongoTotals totals, TimeProvider time)
{
    public async Task<IReadOnlyList<CustomerResult>> UpsertAsync(IReadOnlyList<CustomerChange> batch, CancellationToken cancellationToken)
    {
        var results = new CustomerResult[batch.Count];
        int[] open = [.. Enumerable.Range(0, batch.Count)];
        while (open.Length > 0)
        {
            var plan = new MongoCustomerPlan(await LoadAsync(open.Select(i => batch[i]), cancellationToken), time.GetUtcNow());
            var planned = open.TakeWhile(i => (results[i] = plan.Add(batch[i])!) is not null).ToArray();
            var failed = await WriteAsync(plan, cancellationToken);
            open = [.. planned.Where(i => results[i].Refusal is null && failed.Contains(results[i].Id!)), .. open[planned.Length..]];
        }

        return results;
    }

    /// <summary>What <see cref="UpsertAsync"/> would answer, were nobody else to write. Nothing is written.</summary>
    public async Task<IReadOnlyList<CustomerResult>> JudgeAsync(IReadOnlyList<CustomerChange> batch, CancellationToken cancellationToken)
    {
        var plan = new MongoCustomerPlan(await LoadAsync(batch, cancellationToken), time.GetUtcNow());

        // One that would wait for those before it to be written is none that is refused.
        return [.. batch.Select(row => plan.Add(row) ?? new CustomerResult(CustomerOutcome.Updated, row.Id))];
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
        var failed = await WriteAsync(writes, cancellationToken);
        if (unsettled is not null)
        {
            await totals.SettleAsync(unsettled, cancellationToken);
            await totals.ForgetAsync(unsettled, cancellationToken);
        }

        return failed;
    }

    private async Task<HashSet<string>> WriteAsync(
        (string Id, WriteModel<MongoCustomer> Model)[] writes, CancellationToken cancellationToken)
    {
        HashSet<string> failed = [];
        BulkWriteResult<MongoCustomer> result;

        // In one order everywhere, so that two batches do not wait for each other.
        writes = [.. writes.OrderBy(write => write.Id, StringComparer.Ordinal)];
        try
        {
            result = await store.Customers.BulkWriteAsync(
                writes.Select(write => write.Model), new BulkWriteOptions { IsOrdered = false }, cancellationToken);
        }
        catch (MongoBulkWriteException<MongoCustomer> e) when (MongoFaults.IsDuplicateKeys(e))
        {
            failed = [.. e.WriteErrors.Select(error => writes[error.Index].Id)];
            result = e.Result;
        }
        catch (MongoBulkWriteException<MongoCustomer> e) when (MongoFaults.IsConflict(e))
        {
            // Which of them were written is not told; a row that is written twice is the same.
            return [.. writes.Select(write => write.Id)];
        }

        // Somebody was erased or changed the address since the plan was made; who it was is not told, so all are planned anew.
        var updates = writes.Where(write => write.Model is UpdateOneModel<MongoCustomer> && !failed.Contains(write.Id))
            .Select(write => write.Id)
            .ToArray();
        if (result.MatchedCount < updates.Length)
        {
            failed.UnionWith(updates);
        }

        return failed;
    }
}
