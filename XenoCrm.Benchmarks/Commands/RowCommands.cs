using System.CommandLine;
using XenoCrm.AppHost.Running;
using XenoCrm.Benchmarks.Measuring;
using XenoCrm.Benchmarks.Rows;
using XenoCrm.Benchmarks.Running;

namespace XenoCrm.Benchmarks.Commands;

/// <summary>One command a row of the table, one for all of them, and one that writes the table.</summary>
internal static class RowCommands
{
    private const string Flushing =
        "SQLite runs in WAL mode with `synchronous=FULL`, Redis with `appendfsync always`: what is answered 2xx is on the disk.";

    /// <summary>The source tree.</summary>
    public static readonly string Tree = Path.GetDirectoryName(ServiceOutput.Of("XenoCrm.Benchmarks").Folder)!;
    private static readonly string Kept = Path.Combine(Tree, "artifacts", "performance");
    private static readonly string Document = Path.Combine(Tree, "docs", "performance.md");

    public static IEnumerable<Command> Each() => Table.Rows().Select(row =>
    {
        var options = new RowOptions();
        var sizes = new SizeOptions(row.Sizes);
        var command = new Command(row.Command, $"{row.Row}: {row.What}");
        sizes.AddTo(command);
        options.AddTo(command);
        command.SetAction(asked => GuardedAsync(() => RunAsync(row, asked, options, sizes.Chosen(asked, options.IsQuick(asked)))));
        return command;
    });

    public static Command All()
    {
        var options = new RowOptions();
        var only = new Option<string[]>("--only")
        {
            Description = "Only these rows, as P1 P3",
            AllowMultipleArgumentsPerToken = true,
            DefaultValueFactory = _ => [],
        };
        var file = new Option<string?>("--write")
        {
            Description = "The document to write the table into [default: docs/performance.md, quick: none]",
        };
        var command = new Command("all", "Every row of the table, and the table itself into docs/performance.md") { only, file };
        options.AddTo(command);
        command.SetAction(async asked => await GuardedAsync(async () =>
        {
            var rows = Table.Rows(asked.GetRequiredValue(only));
            var failures = new List<string>();
            foreach (var row in rows)
            {
                try
                {
                    await RunAsync(row, asked, options, SizeOptions.Usual(row.Sizes, options.IsQuick(asked)));
                }
                catch (Exception e) when (e is not OperationCanceledException)
                {
                    // The other rows are worth their while.
                    failures.Add($"{row.Row}: {e.Message}");
                    Progress.Standard.Say(failures[^1]);
                }
            }

            var written = asked.GetValue(file) ?? (options.IsQuick(asked) ? null : Document);
            if (options.Results(asked, Kept) is { } folder && written is { } document)
            {
                Write(folder, document);
            }

            if (failures.Count > 0)
            {
                throw new LedgerException(string.Join('\n', failures));
            }
        }));
        return command;
    }

    public static Command Report()
    {
        var folder = new Option<string>("--results") { Description = "What the rows have kept", DefaultValueFactory = _ => Kept };
        var file = new Option<string>("--write")
        {
            Description = "The document to write the table into",
            DefaultValueFactory = _ => Document,
        };
        var command = new Command("report", "Writes the table from what the rows have measured last, and measures nothing")
        {
            folder, file,
        };
        command.SetAction(asked => GuardedAsync(() =>
        {
            Write(asked.GetRequiredValue(folder), asked.GetRequiredValue(file));
            return Task.CompletedTask;
        }));
        return command;
    }

    private static async Task RunAsync(Benchmark row, ParseResult asked, RowOptions options, IReadOnlyDictionary<string, int> sizes)
    {
        if (!options.IsQuick(asked))
        {
            await Services.PublishAsync(Progress.Standard);
        }

        var count = options.Runs(asked);
        var runs = new List<IReadOnlyList<Figure>>();
        string? skipped = null;
        for (var number = 1; number <= count && skipped is null; number++)
        {
            Progress.Standard.Say($"{row.Row} {row.Command}, run {number} of {count}");
            try
            {
                runs.Add(await row.RunAsync(options.Settings(asked, number, sizes)));
                foreach (var figure in runs[^1])
                {
                    Console.WriteLine($"{row.Row}  {figure}");
                }
            }
            catch (SkippedException e)
            {
                skipped = e.Message;
                Console.WriteLine($"{row.Row}  skipped: {e.Message}");
            }
        }

        if (options.Results(asked, Kept) is { } folder)
        {
            var chosen = sizes.Select(size => Invariant($"{size.Key} {size.Value}"));
            var result = new RowResult(
                row.Row,
                row.What,
                string.Join(' ', [row.Command, .. chosen, Invariant($"--runs {count}")]),
                Machine.Commit(Tree),
                TimeProvider.System.GetUtcNow(),
                Machine.Look(Path.GetTempPath()),
                runs,
                skipped);
            result.Save(folder);
        }
    }

    private static void Write(string folder, string document)
    {
        var rows = Table.Rows().Select(row => (row.Row, row.What, row.Command)).ToList();
        MarkedText.ReplaceIn(document, Measuring.Report.Marker, Measuring.Report.Write(rows, RowResult.ReadAll(folder), Flushing));
        Progress.Standard.Say($"written: {document}");
    }

    public static async Task<int> GuardedAsync(Func<Task> work)
    {
#if DEBUG
        Progress.Standard.Say("This is a Debug build: its figures mean nothing. Run it with -c Release.");
#endif
        try
        {
            await work();
            return 0;
        }
        catch (Exception e) when (
            e is LedgerException or InvalidOperationException or ArgumentException or IOException or HttpRequestException)
        {
            await Console.Error.WriteLineAsync(e.Message);
            return 1;
        }
    }

    private static string Invariant(FormattableString text) => FormattableString.Invariant(text);
}
