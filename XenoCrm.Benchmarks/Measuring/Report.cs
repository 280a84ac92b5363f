using System.Globalization;
using System.Text;

namespace XenoCrm.Benchmarks.Measuring;

/// <summary>The table of goals with what was reached, in Markdown.</summary>
internal static class Report
{
    public const string Marker = "the table";

    private const string Program = "dotnet run --project XenoCrm.Benchmarks -c Release -- ";

    /// <param name="rows">Each row's number and what it measures, in the order of the table.</param>
    /// <param name="results">Those that there are.</param>
    /// <param name="flushing">How the stores bring a write to the disk.</param>
    public static string Write(
        IReadOnlyList<(string Row, string What, string Command)> rows, IReadOnlyList<RowResult> results, string flushing)
    {
        var text = new StringBuilder();
        if (results.Count > 0)
        {
            Head(text, results, flushing);
        }

        text.AppendLine("| # | what | goal | median (range) | limit in the same run | ratio (range) | by processor time | met |");
        text.AppendLine("|---|---|---|---|---|---|---|---|");
        foreach (var row in rows)
        {
            Row(text, row, results.FirstOrDefault(result => result.Row == row.Row));
        }

        var measured = rows
            .Select(row => results.FirstOrDefault(result => result.Row == row.Row && result.Runs.Count > 0))
            .OfType<RowResult>()
            .ToList();
        if (measured.Count == 0)
        {
            return text.ToString();
        }

        text.AppendLine().AppendLine("Processor time, µs a row (user + system; the median run), and peers in the same run:").AppendLine();
        text.AppendLine("| # | what | ours | limit | peer |").AppendLine("|---|---|---|---|---|");
        foreach (var result in measured)
        {
            foreach (var figure in Medians(result).Where(figure => figure.Processor.Count > 0 || figure.Peer is not null))
            {
                var (ours, limit, peer) = (string.Join("; ", figure.Processor), figure.Limit?.Processor, figure.Peer);
                var other = peer is null ? "" : $"{peer.Name}: {Units.Text(peer.Value, figure.Unit)}; {peer.Processor}";
                text.AppendLine($"| {result.Row} | {figure.Name} | {ours} | {limit} | {other} |");
            }
        }

        text.AppendLine().AppendLine("Measured with:").AppendLine();
        foreach (var result in measured)
        {
            text.AppendLine(CultureInfo.InvariantCulture, $"- {result.Row}, {result.At:yyyy-MM-dd}: `{result.Command}`");
        }

        return text.ToString();
    }

    private static void Head(StringBuilder text, IReadOnlyList<RowResult> results, string flushing)
    {
        var newest = results.MaxBy(result => result.At)!;
        text.AppendLine(newest.Machine.ToMarkdown(flushing));
        var commits = results.Select(result => result.Commit).Distinct().ToList();
        text.Append(CultureInfo.InvariantCulture, $"Commit {newest.Commit}");
        if (commits.Count > 1)
        {
            var others = results.Where(result => result.Commit != newest.Commit).Select(result => $"{result.Row} ({result.Commit})");
            text.Append("; measured on another one: ").AppendJoin(", ", others);
        }

        text.AppendLine(". Every run kept a ledger, and its books balanced.").AppendLine();
    }

    private static void Row(StringBuilder text, (string Row, string What, string Command) row, RowResult? result)
    {
        if (result is null || result.Runs.Count == 0)
        {
            var why = result?.Skipped is { } skipped ? $"skipped: {skipped}" : $"not measured yet: `{Program}{row.Command}`";
            text.AppendLine($"| {row.Row} | {row.What} | | {why} | | | | |");
            return;
        }

        for (var i = 0; i < result.Runs[0].Count; i++)
        {
            var figures = result.Runs.Select(run => run[i]).ToList();
            var (first, unit) = (figures[0], figures[0].Unit);
            var value = Series.Of(figures.Select(figure => figure.Value));
            var ratio = first.Ratio is null ? null : Series.Of(figures.Select(figure => figure.Ratio!.Value));
            var processor = first.ProcessorRatio is null ? null : Series.Of(figures.Select(figure => figure.ProcessorRatio ?? 0));
            var limit = first.Limit is null ? "" : string.Create(
                CultureInfo.InvariantCulture,
                $"{first.Limit.Name}: {Units.Text(Series.Of(figures.Select(figure => figure.Limit!.Value)).Median, unit)}");
            var met = first.Goal is null ? "" : first.Goal.IsMet(value.Median, ratio?.Median, unit) ? "yes" : "**no**";
            text.AppendLine(
                $"| {row.Row} | {first.Name} | {first.Goal?.Text(unit) ?? ""} | {Range(value, each => Units.Text(each, unit))} | {limit} | "
                + $"{(ratio is null ? "" : Range(ratio, Two))} | {(processor is null ? "" : Range(processor, Two))} | {met} |");
        }
    }

    /// <summary>Of each figure the run whose value is in the middle.</summary>
    private static IEnumerable<Figure> Medians(RowResult result) => result.Runs.Take(1).SelectMany(first => first).Select((_, i) =>
        result.Runs.Select(run => run[i]).OrderBy(figure => figure.Value).ElementAt(result.Runs.Count / 2));

    private static string Range(Series series, Func<double, string> text) => series.Lowest == series.Highest
        ? text(series.Median)
        : $"{text(series.Median)} ({text(series.Lowest)} to {text(series.Highest)})";

    private static string Two(double ratio) => ratio.ToString("0.00", CultureInfo.InvariantCulture);
}
