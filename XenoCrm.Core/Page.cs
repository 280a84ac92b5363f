namespace XenoCrm.Core;

/// <summary>A page's items and the cursor of the next one; null on the last page.</summary>
public sealed record Page<T>(IReadOnlyList<T> Items, string? NextCursor)
{
    public Page<TOther> Select<TOther>(Func<T, TOther> map) => new([.. Items.Select(map)], NextCursor);
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
