namespace XenoCrm.Core.Rows;

/// <summary>The next rows of a file or of a bulk request: those to store, and what is wrong with the others.</summary>
public sealed class RowBatch<T>
{
    private readonly List<T> values = [];
    private readonly List<long> places = [];
    private readonly List<RowError> errors = [];
    private int refused;

    /// <summary>The rows to store, in their order.</summary>
    public IReadOnlyList<T> Values => values;

    /// <summary>Rows read, the refused ones included.</summary>
    public int Rows => values.Count + refused;

    public void Add(long place, T value)
    {
        values.Add(value);
        places.Add(place);
    }

    public void Refuse(long place, IEnumerable<FieldError> faults)
    {
        refused++;
        errors.AddRange(faults.Take(RowError.MaxToldOfRow).Select(fault => new RowError(place, fault.Field, fault.Message)));
    }

    /// <summary>
    /// The balance once the store has answered, with all errors: <paramref name="refusals"/> says of each value why it was not stored, or
    /// null.
    /// </summary>
    public RowTally Settle(IEnumerable<FieldError?> refusals)
    {
        var byStore = refusals
            .Zip(places, (fault, place) => fault is null ? null : new RowError(place, fault.Field, fault.Message))
            .OfType<RowError>()
            .ToArray();
        return new RowTally(
            Rows,
            values.Count - byStore.Length,
            refused + byStore.Length,
            byStore.Length == 0 ? errors.ToArray() : [.. errors.Concat(byStore).OrderBy(error => error.Row)]);
    }

    /// <summary>The balance where the store took every value.</summary>
    public RowTally Settle() => Settle([]);
}

/// <summary>
/// How many rows there were, went in and stayed out, and the errors in the rows' order: all of a batch, the first
/// <see cref="RowError.MaxTold"/> of a sum.
/// </summary>
public sealed record RowTally(long Rows, long Accepted, long Rejected, IReadOnlyList<RowError> Errors)
{
    public static readonly RowTally Zero = new(0, 0, 0, []);

    /// <summary>Of the accepted, those that changed what was known; not kept with an import.</summary>
    public long Updated { get; init; }

    /// <summary>Together with that of the rows that follow.</summary>
    public RowTally Plus(RowTally next) => new(
        Rows + next.Rows,
        Accepted + next.Accepted,
        Rejected + next.Rejected,
        Errors.Count >= RowError.MaxTold || next.Errors.Count == 0 ? Errors : [.. Errors.Concat(next.Errors).Take(RowError.MaxTold)])
    {
        Updated = Updated + next.Updated,
    };
}
