namespace XenoCrm.Core.Segments;

/// <summary>
/// An order of ids that has nothing to do with what they stand for: the first so many in it are a fair sample, the same
/// in every store and every time.
/// </summary>
public static class SampleOrder
{
    /// <summary>The place of an id. FNV-1a over its UTF-16 units, its bits mixed once more so that neighbours lie far apart.</summary>
    public static long Of(string id)
    {
        var hash = 14695981039346656037;
        foreach (var c in id)
        {
            hash = (hash ^ c) * 1099511628211;
        }

        hash = (hash ^ (hash >> 33)) * 0xff51afd7ed558ccd;
        hash = (hash ^ (hash >> 33)) * 0xc4ceb9fe1a85ec53;
        return (long)(hash ^ (hash >> 33));
    }

    /// <summary>The <paramref name="count"/> items whose ids come first, by id; memory for no more than these.</summary>
    public static async Task<List<T>> FirstAsync<T>(
        IAsyncEnumerable<T> items, Func<T, string> idOf, int count, CancellationToken cancellationToken)
    {
        // The queue gives up its last first.
        var first = new PriorityQueue<T, long>(Comparer<long>.Create((a, b) => b.CompareTo(a)));
        await foreach (var item in items.WithCancellation(cancellationToken))
        {
            if (first.Count < count)
            {
                first.Enqueue(item, Of(idOf(item)));
            }
            else
            {
                first.EnqueueDequeue(item, Of(idOf(item)));
            }
        }

        return [.. first.UnorderedItems.Select(item => item.Element).OrderBy(idOf, StringComparer.Ordinal)];
    }
}
