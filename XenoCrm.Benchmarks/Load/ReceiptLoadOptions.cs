using System.Globalization;

namespace XenoCrm.Benchmarks.Load;

/// <summary>What a run of receipts is asked to be.</summary>
internal sealed record ReceiptLoadOptions
{
    /// <summary>Receipts of a round.</summary>
    public int Recipients { get; private set; } = 100_000;

    /// <summary>Receipts in a request; a row of the table each.</summary>
    public IReadOnlyList<int> Batches { get; private set; } = [1, 100, 1_000];

    public int Connections { get; private set; } = 64;

    public int Rounds { get; private set; } = 3;

    public bool Redis { get; private set; }

    /// <summary>The API has the first core to itself, the load and the worker have the others.</summary>
    public bool OneCore { get; private set; }

    /// <summary>Further environment of the services.</summary>
    public IReadOnlyList<(string Name, string Value)> Settings { get; private set; } = [];

    /// <summary>Null if it cannot be understood.</summary>
    public static ReceiptLoadOptions? Parse(ReadOnlySpan<string> arguments)
    {
        var options = new ReceiptLoadOptions();
        for (; arguments.Length > 0; arguments = arguments[(arguments[0] is "--redis" or "--one-core" ? 1 : 2)..])
        {
            switch (arguments)
            {
                case ["--redis", ..]:
                    options.Redis = true;
                    break;
                case ["--one-core", ..]:
                    options.OneCore = true;
                    break;
                case ["--recipients", var text, ..] when Number(text) is { } number:
                    options.Recipients = number;
                    break;
                case ["--connections", var text, ..] when Number(text) is { } number:
                    options.Connections = number;
                    break;
                case ["--rounds", var text, ..] when Number(text) is { } number:
                    options.Rounds = number;
                    break;
                case ["--batch", var text, ..] when text.Split(',')
                    .Select(Number)
                    .ToList() is var numbers && numbers.TrueForAll(number => number is <= 1_000):
                    options.Batches = [.. numbers.OfType<int>()];
                    break;
                case ["--set", var text, ..] when text.Split('=', 2) is [var name, var value]:
                    options.Settings = [.. options.Settings, (name, value)];
                    break;
                default:
                    return null;
            }
        }

        return options;
    }

    private static int? Number(string text) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number > 0 ? number : null;
}
