using System.CommandLine;
using XenoCrm.Benchmarks.Faults;
using XenoCrm.Benchmarks.Measuring;
using XenoCrm.Benchmarks.Rows;

namespace XenoCrm.Benchmarks.Commands;

/// <summary>Breaks the application on purpose: one command a proof, one for all of them, and one that writes the document.</summary>
internal static class FaultCommands
{
    private static readonly string Kept = Path.Combine(RowCommands.Tree, "artifacts", "reliability");
    private static readonly string Document = Path.Combine(RowCommands.Tree, "docs", "reliability.md");

    public static readonly IReadOnlyList<Proof> Proofs =
    [
        new KillProof(), new RedisKillProof(), new FloodProof(), new PoisonProof(), new StopProof(), new ModelProof(), new StorageProof(),
        new BackupProof(), new FuzzProof(), new ClockProof(),
    ];

    public static Command Create()
    {
        var command = new Command("faults", "Breaks the application on purpose, with a ledger of what must not be lost or done twice");
        foreach (var each in Proofs.Select(Each))
        {
            command.Subcommands.Add(each);
        }

        command.Subcommands.Add(All());
        command.Subcommands.Add(Report());
        return command;
    }

    private static Command Each(Proof proof)
    {
        var options = new FaultOptions();
        var sizes = new SizeOptions(proof.Sizes);
        var command = new Command(proof.Command, $"{proof.Row}: {proof.What}");
        sizes.AddTo(command);
        options.AddTo(command);
        command.SetAction(asked => RowCommands.GuardedAsync(
            () => RunAsync(proof, asked, options, sizes.Chosen(asked, options.IsQuick(asked)))));
        return command;
    }

    private static Command All()
    {
        var options = new FaultOptions();
        var command = new Command("all", "Every proof, one after the other, and the document");
        options.AddTo(command);
        command.SetAction(asked => RowCommands.GuardedAsync(async () =>
        {
            foreach (var proof in Proofs)
            {
                await RunAsync(proof, asked, options, SizeOptions.Usual(proof.Sizes, options.IsQuick(asked)));
            }

            if (!options.IsQuick(asked))
            {
                Write(Document);
            }
        }));
        return command;
    }

    private static Command Report()
    {
        var file = new Option<string>("--write") { Description = "The document", DefaultValueFactory = _ => Document };
        var command = new Command("report", "Writes the document from what the proofs have kept, and breaks nothing") { file };
        command.SetAction(asked => RowCommands.GuardedAsync(() =>
        {
            Write(asked.GetRequiredValue(file));
            return Task.CompletedTask;
        }));
        return command;
    }

    private static async Task RunAsync(Proof proof, ParseResult asked, FaultOptions options, IReadOnlyDictionary<string, int> sizes)
    {
        var settings = options.Settings(asked, sizes);
        Progress.Standard.Say(FormattableString.Invariant($"{proof.Row} {proof.Command}, seed {settings.Seed}"));
        IReadOnlyList<string> lines = [];
        string? skipped = null;
        try
        {
            lines = await proof.RunAsync(settings);
            foreach (var line in lines)
            {
                Console.WriteLine($"{proof.Row}  {line}");
            }
        }
        catch (SkippedException e)
        {
            skipped = e.Message;
            Console.WriteLine($"{proof.Row}  skipped: {e.Message}");
        }

        if (!options.IsQuick(asked))
        {
            var chosen = sizes.Select(size => FormattableString.Invariant($"{size.Key} {size.Value}"));
            var command = string.Join(
                ' ', [proof.Command, .. chosen, "--store", .. settings.Stores, FormattableString.Invariant($"--seed {settings.Seed}")]);
            var result = new ProofResult(
                proof.Row,
                command,
                Machine.Commit(RowCommands.Tree),
                TimeProvider.System.GetUtcNow(),
                Machine.Look(Path.GetTempPath()),
                lines,
                skipped);
            result.Save(Kept, settings.Stores);
        }
    }

    private static void Write(string document)
    {
        MarkedText.ReplaceIn(document, "the proofs", ProofResult.Write(Proofs, ProofResult.ReadAll(Kept)));
        Progress.Standard.Say($"written: {document}");
    }
}
