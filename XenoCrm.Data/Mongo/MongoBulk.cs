using MongoDB.Driver;

namespace XenoCrm.Data.Mongo;

/// <summary>Writes many documents, each of them planned from what was read before.</summary>
internal static class MongoBulk
{
    private static readonly BulkWriteOptions InAnyOrder = new() { IsOrdered = false };

    /// <returns>The ids of those that were not written, because another process was quicker; some that were may be among them, and are
    /// the same if they are written once more.</returns>
    public static async Task<HashSet<string>> WriteAsync<T>(
        IMongoCollection<T> collection, IEnumerable<(string Id, WriteModel<T> Model)> planned, CancellationToken cancellationToken)
    {
        // In one order everywhere, so that two batches do not wait for each other.
        var writes = planned.OrderBy(write => write.Id, StringComparer.Ordinal).ToArray();
        HashSet<string> failed = [];
        BulkWriteResult<T> result;
        try
        {
            result = await collection.BulkWriteAsync(writes.Select(write => write.Model), InAnyOrder, cancellationToken);
        }
        catch (MongoBulkWriteException<T> e) when (MongoFaults.IsDuplicateKeys(e))
        {
            failed = [.. e.WriteErrors.Select(error => writes[error.Index].Id)];
            result = e.Result;
        }
        catch (MongoBulkWriteException<T> e) when (MongoFaults.IsConflict(e))
        {
            // Which of them were written is not told.
            return [.. writes.Select(write => write.Id)];
        }

        // Somebody was removed or changed since the plan was made; who it was is not told, so all are planned anew.
        var changes = writes.Where(write => write.Model is not InsertOneModel<T> && !failed.Contains(write.Id))
            .Select(write => write.Id)
            .ToArray();
        if (result.MatchedCount < changes.Length)
        {
            failed.UnionWith(changes);
        }

        return failed;
    }
}
