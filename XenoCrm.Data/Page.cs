namespace XenoCrm.Data;

/// <summary>A page's items and the cursor of the next one; null on the last page.</summary>
public sealed record Page<T>(IReadOnlyList<T> Items, string? NextCursor);

internal static class Page
{
    /// <summary>A page out of a query for one item more than <paramref name="limit"/>: that one tells that there is a next page.</summary>
    /// <param name="items">What the query gave.</param>
    /// <param name="limit">How many were asked for.</param>
    /// <param name="list">The list's name, for its cursor.</param>
    /// <param name="key">An item's place in the list.</param>
    /// <param name="map">Makes what the caller gets of an item.</param>
    public static Page<T> Of<TRow, T>(IReadOnlyList<TRow> items, int limit, string list, Func<TRow, string> key, Func<TRow, T> map) => new(
        [.. items.Take(limit).Select(map)],
        items.Count > limit ? Cursor.Encode(list, key(items[limit - 1])) : null);
}

/// <summary>A page asked for: at most <paramref name="Limit"/> items after <paramref name="Cursor"/> (null: the first).</summary>
public sealed record PageRequest(int Limit, string? Cursor)
{
    public const int DefaultLimit = 50;
    public const int MaxLimit = 500;
}

/// <summary>A cursor that this store did not hand out. The API answers 400 on <c>cursor</c>.</summary>
public sealed class InvalidCursorException() : Exception("The cursor is not one that this list handed out.");

/// <summary>The store or the stream cannot be written or read now; a later try may succeed. The API answers 503.</summary>
public sealed class StoreUnavailableException(string message, Exception inner) : Exception(message, inner);
