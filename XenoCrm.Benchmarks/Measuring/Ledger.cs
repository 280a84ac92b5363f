using System.Globalization;

namespace XenoCrm.Benchmarks.Measuring;

/// <summary>
/// What went in must have come out, by every book that was kept of it. A run whose books differ has measured nothing, however
/// fast it was.
/// </summary>
/// <param name="of">What is accounted for.</param>
internal sealed class Ledger(string of)
{
    private readonly List<string> lines = [];
    private bool balances = true;

    /// <summary>Each of these must be the same number.</summary>
    public Ledger Same(params IReadOnlyList<(string Book, long Count)> books)
    {
        lines.Add(string.Join(" = ", books.Select(book => string.Create(CultureInfo.InvariantCulture, $"{book.Book} {book.Count:N0}"))));
        balances &= books.All(book => book.Count == books[0].Count);
        return this;
    }

    /// <summary>Nothing of it may be left.</summary>
    public Ledger None(string book, long count)
    {
        lines.Add(string.Create(CultureInfo.InvariantCulture, $"{book} {count:N0}"));
        balances &= count == 0;
        return this;
    }

    /// <summary>What balances, in a line for people.</summary>
    /// <exception cref="LedgerException">It does not.</exception>
    public string Check() => balances ? ToString() : throw new LedgerException($"The books of {of} differ: {string.Join("; ", lines)}.");

    public override string ToString() => $"ledger of {of}: {string.Join("; ", lines)}";
}

internal sealed class LedgerException(string message) : Exception(message);

/// <summary>A row cannot be measured here, for a reason that is told.</summary>
internal sealed class SkippedException(string message) : Exception(message);
