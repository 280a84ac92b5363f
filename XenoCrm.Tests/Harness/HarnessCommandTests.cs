using System.CommandLine;
using System.Globalization;
using System.Text.RegularExpressions;
using XenoCrm.Benchmarks.Commands;
using XenoCrm.Benchmarks.Rows;
using XenoCrm.Tests.Support;

namespace XenoCrm.Tests.Harness;

public sealed partial class HarnessCommandTests
{
    private static readonly RootCommand Harness = HarnessCommand.Create();

    [Fact]
    public void Each_row_of_the_table_has_a_command_of_its_own()
    {
        var rows = Table.Rows();
        Assert.Equal(
            Enumerable.Range(1, 13).Select(i => string.Create(CultureInfo.InvariantCulture, $"P{i}")), rows.Select(row => row.Row));
        Assert.All(rows, row => Assert.Empty(Errors($"{row.Command} --quick --runs 2 --no-peers")));
        Assert.Equal(rows.Count, rows.Select(row => row.Command).Distinct().Count());
    }

    [Fact]
    public void Each_size_is_an_option_and_its_quick_one_is_no_larger() => Assert.All(
        Table.Rows().SelectMany(row => row.Sizes.Select(size => (row.Command, Size: size))),
        row =>
        {
            Assert.Empty(Errors($"{row.Command} {row.Size.Name} 7"));
            Assert.InRange(row.Size.Quick, 1, row.Size.Full);
        });

    [Fact]
    public void Help_tells_every_command_and_row()
    {
        var help = new StringWriter { NewLine = "\n" };
        Harness.Parse("--help").Invoke(new() { Output = help });
        Assert.All(Table.Rows(), row => Assert.Contains($"{row.Row}: ", help.ToString(), StringComparison.Ordinal));
        Assert.All(
            ["all", "report", "micro", "receipts", "pages", "sizes", "nl2segment"],
            name => Assert.Contains($"  {name} ", help.ToString(), StringComparison.Ordinal));
        Assert.DoesNotContain("empty-endpoint", help.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("campaign --runs 0", "--runs is 0; it must be a whole number from 1.")]
    [InlineData("campaign --recipients many", "--recipients is many; it must be a whole number from 1.")]
    [InlineData(
        "campaign --redis --embedded",
        "--redis and --embedded exclude each other; without either a campaign runs with each in turn.")]
    [InlineData("receipts --batch 1,2000", "--batch is 1,2000; it must be numbers from 1 to 1000, with commas between them.")]
    [InlineData("receipts --rounds -1", "--rounds is -1; it must be a whole number from 1.")]
    public void What_cannot_be_meant_is_refused_and_what_could_be_is_said(string line, string error) =>
        Assert.Contains(error, Errors(line));

    [Fact]
    public void An_option_that_is_not_known_is_refused() => Assert.NotEmpty(Errors("campaign --recipient 7"));

    [Fact]
    public void Rows_are_chosen_by_number_or_name_and_an_unknown_one_is_refused()
    {
        Assert.Equal(["P1", "P5"], Table.Rows(["campaign", "p1"]).Select(row => row.Row));
        Assert.Equal(13, Table.Rows([]).Count);
        var refusal = Assert.Throws<ArgumentException>(() => Table.Rows(["P99"]));
        Assert.StartsWith("There is no row P99; there are P1 to P13.", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Every_command_that_a_document_gives_can_be_run()
    {
        var documents = Directory.EnumerateFiles(Path.Combine(Repository.Root, "docs"), "*.md", SearchOption.AllDirectories)
            .Append(Path.Combine(Repository.Root, "README.md"));
        var lines = documents
            .SelectMany(file => Given().Matches(File.ReadAllText(file)))
            .Select(match => match.Groups["line"].Value.Trim())
            .ToList();
        Assert.NotEmpty(lines);
        Assert.All(lines, line => Assert.Empty(Errors(line)));
    }

    [Fact]
    public async Task The_report_says_where_it_lacks_a_place()
    {
        using var folder = new TempFolder();
        var document = folder.File("speed.md");
        await File.WriteAllTextAsync(document, "# Speed\n", TestContext.Current.CancellationToken);
        var code = await Harness.Parse(["report", "--results", folder.Path, "--write", document])
            .InvokeAsync(cancellationToken: TestContext.Current.CancellationToken);
        Assert.Equal(1, code);
        Assert.Equal("# Speed\n", await File.ReadAllTextAsync(document, TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task The_report_is_written_between_its_markers()
    {
        using var folder = new TempFolder();
        var document = folder.File("speed.md");
        await File.WriteAllTextAsync(
            document, "# Speed\n<!-- the table: begin -->\n<!-- the table: end -->\nThe rest.\n", TestContext.Current.CancellationToken);
        var code = await Harness.Parse(["report", "--results", folder.Path, "--write", document])
            .InvokeAsync(cancellationToken: TestContext.Current.CancellationToken);
        var text = await File.ReadAllTextAsync(document, TestContext.Current.CancellationToken);
        Assert.Equal(0, code);
        Assert.All(Table.Rows(), row => Assert.Contains($"| {row.Row} | {row.What} |", text, StringComparison.Ordinal));
        Assert.EndsWith("<!-- the table: end -->\nThe rest.\n", text, StringComparison.Ordinal);
    }

    private static IEnumerable<string> Errors(string line) => Harness.Parse(line).Errors.Select(error => error.Message);

    // Up to a comment, or the end of what is quoted.
    [GeneratedRegex("XenoCrm\\.Benchmarks -c Release -- (?<line>[^`#\n|]+)", RegexOptions.CultureInvariant)]
    private static partial Regex Given();
}
