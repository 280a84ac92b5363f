using CsvHelper;
using XenoCrm.Api.Http;
using XenoCrm.Tests.Support;

namespace XenoCrm.Tests.Security;

public sealed class CsvInjectionTests
{
    private const int Cells = 10_000;

    private static readonly string[] Pieces =
    [
        "=", "+", "-", "@", "\t", "\r", "\n", "\0", " ", "\u00A0", "\u3000", "'", "''", "\"", ",", ";", "|", "\uFF1D", "\uFF0B", "\uFF0D",
        "\uFF20", "\uFEFF", "\u200B",
        "cmd|' /C calc'!A0", "HYPERLINK(\"http://evil.example\")", "SUM(1,1)", "1", "-5", "12.5", "+49 30", "mara@example.com",
        "DDE(\"cmd\")", "\u0001", "\u007F", "ü", "😀",
    ];

    [Theory]
    [InlineData("=1+1", "'=1+1")]
    [InlineData("+91 22 1234", "'+91 22 1234")]
    [InlineData("-1+cmd", "'-1+cmd")]
    [InlineData("-", "'-")]
    [InlineData("@SUM(1)", "'@SUM(1)")]
    [InlineData("  =1", "'  =1")]
    [InlineData("\tx", "'\tx")]
    [InlineData("'=1", "''=1")]
    [InlineData("-5", "-5")]
    [InlineData("-12.50", "-12.50")]
    [InlineData("a=b", "a=b")]
    [InlineData("O'Neil", "O'Neil")]
    [InlineData("'tis", "'tis")]
    [InlineData("", "")]
    public void A_guard_stands_before_what_a_spreadsheet_could_run(string text, string cell) => Assert.Equal(cell, CellGuard.Put(text));

    [Fact]
    public async Task Ten_thousand_hostile_cells_start_no_formula_and_come_back_as_they_were()
    {
        var texts = new List<string>();
        Property.Check(Cells, random => texts.Add(string.Concat(Enumerable.Range(0, random.Next(1, 5)).Select(_ => random.Pick(Pieces)))));

        var cells = await ReadAsync(await WriteAsync(texts.Select(text => new[] { "row", text })));
        Assert.Equal(texts.Count, cells.Count);
        foreach (var (text, cell) in texts.Zip(cells))
        {
            // What is left when a program has taken off whatever white space and marks it takes off.
            var seen = cell.TrimStart().TrimStart('\0', '\u0001', '\u007F', '\uFEFF', '\u200B').TrimStart();
            Assert.False(
                seen.Length > 0 && "=+@\uFF1D\uFF0B\uFF0D\uFF20".Contains(seen[0], StringComparison.Ordinal), $"{cell} may be a formula");
            Assert.True(
                !seen.StartsWith('-') || decimal.TryParse(seen, System.Globalization.CultureInfo.InvariantCulture, out _),
                $"{cell} may be a formula");
            Assert.False(
                cell.Length > 0 && "\t\r\n\0".Contains(cell[0], StringComparison.Ordinal), "A cell begins with a control character.");
            Assert.Equal(text, CellGuard.Take(cell, out _));
        }
    }

    private static async Task<byte[]> WriteAsync(IEnumerable<string[]> rows)
    {
        using var body = new MemoryStream();
        var http = new DefaultHttpContext { RequestServices = new ServiceCollection().AddLogging().BuildServiceProvider() };
        http.Response.Body = body;
        await CsvDownload.Of("x.csv", ["a", "b"], rows.ToAsyncEnumerable(), CancellationToken.None).ExecuteAsync(http);
        return body.ToArray();
    }

    private static async Task<List<string>> ReadAsync(byte[] file)
    {
        using var reader = CsvReader.Create(new MemoryStream(file), new CsvReaderOptions { Separator = ',' });
        await reader.ReadHeaderAsync(CancellationToken.None);
        var cells = new List<string>();
        while (await reader.ReadAsync(CancellationToken.None))
        {
            cells.Add(reader.GetString(1));
        }

        return cells;
    }
}
