using System.CommandLine;
using XenoCrm.Benchmarks.Language;
using XenoCrm.Benchmarks.Load;
using XenoCrm.Benchmarks.Measuring;

namespace XenoCrm.Benchmarks.Commands;

/// <summary>What is measured beside the table.</summary>
internal static class DetailCommands
{
    public static Command Receipts()
    {
        var redis = new Option<bool>("--redis") { Description = "With this machine's redis-server; without it on the embedded stream" };
        var recipients = Number("--recipients", "Receipts of a round", 100_000);
        var connections = Number("--connections", "Requests under way at once", 64);
        var rounds = Number("--rounds", "Rounds, of which the median is told", 3);
        var oneCore = new Option<bool>("--one-core") { Description = "The API has the first core to itself" };
        var batches = new Option<string>("--batch")
        {
            Description = "Receipts in a request, up to 1000; a line each",
            DefaultValueFactory = _ => "1,100,1000",
        };
        batches.Validators.Add(result =>
        {
            if (result.Tokens is [var token] && ReadBatches(token.Value) is null)
            {
                result.AddError($"--batch is {token.Value}; it must be numbers from 1 to 1000, with commas between them.");
            }
        });
        var settings = new Option<string[]>("--set")
        {
            Description = "Environment of the services, as NAME=VALUE",
            DefaultValueFactory = _ => [],
        };
        var command = new Command("receipts", "Receipts a second by their number in a request, acknowledged and applied, with latencies")
        {
            redis, recipients, batches, connections, rounds, oneCore, settings,
        };
        command.SetAction(asked => ReceiptLoad.RunAsync(
            new(asked.GetValue(redis), asked.GetValue(recipients), ReadBatches(asked.GetRequiredValue(batches))!)
            {
                Connections = asked.GetValue(connections),
                Rounds = asked.GetValue(rounds),
                OneCore = asked.GetValue(oneCore),
                Settings = [.. asked.GetRequiredValue(settings).Select(text => text.Split('=', 2) is [var name, var value]
                    ? (name, value) : (text, ""))],
            },
            Progress.Standard));
        return command;
    }

    public static Command Pages()
    {
        var customers = Number("--customers", "Customers, all of them in each campaign", 1_000_000);
        var rows = Number("--rows", "Rows in the log", 10_000_000);
        var file = new Option<string?>("--write") { Description = "A document to write the table into, as docs/pages.md" };
        var command = new Command("pages", "Each page's time to its first byte, with a long log") { customers, rows, file };
        command.SetAction(asked => PageLoad.RunAsync(
            asked.GetValue(customers), asked.GetValue(rows), asked.GetValue(file), Progress.Standard));
        return command;
    }

    public static Command Tabs()
    {
        var recipients = Number("--recipients", "Customers, all of them in each campaign", 100_000);
        var tabs = Number("--tabs", "Tabs that follow it, each on a connection of its own", 20);
        var rounds = Number("--rounds", "Campaigns of each kind, of which the median is told", 3);
        var command = new Command("tabs", "A campaign that is followed in many tabs, and one that nobody looks at")
        {
            recipients, tabs, rounds,
        };
        command.SetAction(asked => Rows.Tabs.RunAsync(
            asked.GetValue(recipients), asked.GetValue(tabs), asked.GetValue(rounds), Progress.Standard));
        return command;
    }

    public static Command Sizes()
    {
        var recipients = Number("--recipients", "Customers, with three orders each", 20_000);
        var command = new Command("sizes", "Bytes a row in each table and index, and as documents") { recipients };
        command.SetAction(asked => StoreSizes.RunAsync(asked.GetValue(recipients), Progress.Standard));
        return command;
    }

    public static Command Sentences()
    {
        var file = new Argument<string>("file") { Description = "A JSON object a line: {\"id\",\"prompt\",\"rule\"?}" };
        var at = new Option<string?>("--at") { Description = "The day on which they are said, as 2022-07-01" };
        var output = new Option<string?>("--out") { Description = "A file for the rules" };
        var customers = new Option<string?>("--customers") { Description = "A file of customers to compare audiences on" };
        var command = new Command("nl2segment", "The built-in engine's rules for a file of sentences, scored where it has answers")
        {
            file, at, output, customers,
        };
        command.SetAction(asked => SentenceCommand.Run(
            asked.GetRequiredValue(file),
            [.. ((Option<string?>[])[at, output, customers])
                .Where(option => asked.GetValue(option) is not null)
                .SelectMany(option => (string[])[option.Name, asked.GetValue(option)!])],
            Console.Out,
            Console.Error));
        return command;
    }

    private static Option<int> Number(string name, string description, int usual)
    {
        var option = new Option<int>(name) { Description = description, DefaultValueFactory = _ => usual };
        option.Validators.Add(RowOptions.AtLeastOne);
        return option;
    }

    private static int[]? ReadBatches(string text)
    {
        var numbers = text.Split(',').Select(part => int.TryParse(part, out var number) ? number : 0).ToArray();
        return Array.TrueForAll(numbers, number => number is >= 1 and <= 1_000) ? numbers : null;
    }
}
