using System.CommandLine;
using XenoCrm.Benchmarks.Rows;

namespace XenoCrm.Benchmarks.Commands;

/// <summary>How large a row or a proof is: an option for each of its sizes.</summary>
internal sealed class SizeOptions(IReadOnlyList<Size> sizes)
{
    private readonly IReadOnlyList<(Size Size, Option<int?> Option)> options = [.. sizes.Select(size => (size, OptionOf(size)))];

    public void AddTo(Command command)
    {
        foreach (var (_, option) in options)
        {
            command.Options.Add(option);
        }
    }

    /// <summary>By the option's name: what was asked for, else the usual.</summary>
    public IReadOnlyDictionary<string, int> Chosen(ParseResult asked, bool isQuick) =>
        options.ToDictionary(one => one.Size.Name, one => asked.GetValue(one.Option) ?? Usual(one.Size, isQuick));

    public static IReadOnlyDictionary<string, int> Usual(IReadOnlyList<Size> sizes, bool isQuick) =>
        sizes.ToDictionary(size => size.Name, size => Usual(size, isQuick));

    private static int Usual(Size size, bool isQuick) => isQuick ? size.Quick : size.Full;

    private static Option<int?> OptionOf(Size size)
    {
        var option = new Option<int?>(size.Name)
        {
            Description = FormattableString.Invariant($"{size.Description} [default: {size.Full}, quick: {size.Quick}]"),
        };
        option.Validators.Add(RowOptions.AtLeastOne);
        return option;
    }
}
