namespace XenoCrm.Benchmarks.Rows;

/// <summary>The rows of the table of goals, in its order.</summary>
internal static class Table
{
    public static IReadOnlyList<Benchmark> Rows()
    {
        var campaigns = new CampaignRuns();
        return
        [
            new ReceiptsSingle(), new ReceiptsBatched(), new Apply(), new Launch(), new Campaign(campaigns), new Growth(campaigns),
            new Memory(campaigns), new Preview(), new Lists(), new Import(), new Latency(), new Start(), new CampaignOnMongo(),
        ];
    }

    /// <param name="only">Their numbers, <c>P1</c>; all if there are none.</param>
    /// <exception cref="ArgumentException">There is no such row.</exception>
    public static IReadOnlyList<Benchmark> Rows(IReadOnlyCollection<string> only)
    {
        var rows = Rows();
        return only.FirstOrDefault(name => rows.All(row => !Is(row, name))) is { } unknown
            ? throw new ArgumentException($"There is no row {unknown}; there are {rows[0].Row} to {rows[^1].Row}.", nameof(only))
            : [.. rows.Where(row => only.Count == 0 || only.Any(name => Is(row, name)))];

        static bool Is(Benchmark row, string name) =>
            row.Row.Equals(name, StringComparison.OrdinalIgnoreCase) || row.Command.Equals(name, StringComparison.OrdinalIgnoreCase);
    }
}
