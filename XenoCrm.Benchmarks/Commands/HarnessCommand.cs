using System.CommandLine;
using XenoCrm.Benchmarks.Micro;
using XenoCrm.Benchmarks.Running;

namespace XenoCrm.Benchmarks.Commands;

/// <summary>All that the harness can be asked.</summary>
internal static class HarnessCommand
{
    public static RootCommand Create()
    {
        var root = new RootCommand(
            """
            Measures XenoCRM as it runs: services as processes of their own, beside what the machine can do at most, with a ledger
            for each run. Each row of the table in docs/performance.md has a command; "all" runs them and writes the table.
            Progress goes to standard error.

            Run it in Release: dotnet run --project XenoCrm.Benchmarks -c Release -- campaign --quick
            """);
        foreach (var command in (Command[])
            [
                RowCommands.All(), RowCommands.Report(), .. RowCommands.Each(), Micro(), DetailCommands.Receipts(), DetailCommands.Pages(),
                DetailCommands.Tabs(), DetailCommands.Sizes(), DetailCommands.Sentences(), FaultCommands.Create(), Empty(),
            ])
        {
            root.Subcommands.Add(command);
        }

        return root;
    }

    private static Command Micro()
    {
        var filter = new Option<string>("--filter") { Description = "Only those whose names match", DefaultValueFactory = _ => "*" };
        var quick = new Option<bool>("--quick") { Description = "One short iteration of each: only to see that it works" };
        var command = new Command(
            "micro", "The hot pieces one by one, with BenchmarkDotNet: signature, receipts, templates, rules, sentences")
        {
            filter, quick,
        };
        command.SetAction(asked => MicroBenchmarks.Run(asked.GetRequiredValue(filter), asked.GetValue(quick)));
        return command;
    }

    // The process that others are measured against; started by the harness itself.
    private static Command Empty()
    {
        var port = new Option<int>("--port") { Required = true };
        var command = new Command(EmptyEndpoint.Command, "An endpoint that does nothing") { Hidden = true, Options = { port } };
        command.SetAction((asked, cancellationToken) => EmptyEndpoint.ServeAsync(asked.GetValue(port), cancellationToken));
        return command;
    }
}
