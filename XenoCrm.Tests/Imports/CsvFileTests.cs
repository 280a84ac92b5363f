using System.Text;
using XenoCrm.Api.Customers;
using XenoCrm.Api.Rows.Csv;
using XenoCrm.Core;
using XenoCrm.Tests.Support;

namespace XenoCrm.Tests.Imports;

public sealed class CsvFileTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Random_files_give_their_rows_at_their_lines()
    {
        await Property.CheckAsync(400, async random =>
        {
            var (text, expected) = RandomFile(random);

            // In small pieces, so that they break anywhere.
            using var csv = await CsvFile.OpenAsync(
                new Trickle(Encoding.UTF8.GetBytes(text), random.Next(1, 300)), CustomerRow.Csv, Cancellation);
            var rows = new List<(long, string?, string?)>();
            while (await csv.ReadAsync(Cancellation))
            {
                var row = csv.Row;
                rows.Add((csv.Line, row.Text("name", 5000), row.Text("city", 5000)));
            }

            Assert.Equal(expected, rows);
        });
    }

    [Theory]
    [InlineData("")]
    [InlineData("x,\"")]
    [InlineData("x,y\r\nz,\"\"\"")]
    public async Task Of_a_line_without_end_only_the_beginning_is_read(string beginning)
    {
        using var endless = new Trickle(Encoding.UTF8.GetBytes("name,email\n" + beginning), 64 * 1024, endless: true);
        using var csv = await CsvFile.OpenAsync(endless, CustomerRow.Csv, Cancellation);

        await Assert.ThrowsAsync<CsvRefusedException>(async () =>
        {
            while (await csv.ReadAsync(Cancellation))
            {
            }
        });

        Assert.InRange(endless.Given, 0, 4 * 1024 * 1024);
    }

    [Fact]
    public async Task A_header_without_end_is_refused_too()
    {
        using var endless = new Trickle(Encoding.UTF8.GetBytes("name,email"), 64 * 1024, endless: true);

        var refused = await Assert.ThrowsAsync<CsvRefusedException>(() => CsvFile.OpenAsync(endless, CustomerRow.Csv, Cancellation));

        Assert.Equal(1, refused.Line);
        Assert.InRange(endless.Given, 0, 4 * 1024 * 1024);
    }

    [Fact]
    public async Task A_row_of_the_longest_length_is_read()
    {
        using var csv = await CsvFile.OpenAsync(
            new Trickle([.. "name,email\n"u8, .. Enumerable.Repeat((byte)'x', 1024 * 1000), .. ",y\n"u8], 64 * 1024),
            CustomerRow.Csv,
            Cancellation);
        Assert.True(await csv.ReadAsync(Cancellation));
        Assert.Equal("y", csv.Row.Text("email", 10));
    }

    [Fact]
    public async Task An_upload_is_kept_byte_for_byte()
    {
        var bytes = Encoding.UTF8.GetBytes(RandomFile(new Random(7)).Text);
        using var file = new MemoryStream();
        await using var upload = new UploadStream(new Trickle(bytes, 3), file);
        using var csv = await CsvFile.OpenAsync(upload, CustomerRow.Csv, Cancellation);
        while (await csv.ReadAsync(Cancellation))
        {
        }

        Assert.Equal(bytes, file.ToArray());
    }

    [Fact]
    public async Task A_full_disk_is_told_from_a_bad_file()
    {
        const string full = "/dev/full";
        Assert.SkipUnless(
            File.Exists(full), "Windows and macOS have no /dev/full, the device on which every write fails as on a full disk.");

        await using var file = new FileStream(full, FileMode.Open, FileAccess.Write, FileShare.ReadWrite, bufferSize: 0);
        await using var upload = new UploadStream(new MemoryStream("id,name\n"u8.ToArray()), file);
        await Assert.ThrowsAsync<StoreUnavailableException>(() => CsvFile.OpenAsync(upload, CustomerRow.Csv, Cancellation));
    }

    /// <summary>A file, and its rows as whoever wrote it knows them.</summary>
    private static (string Text, List<(long Line, string? Name, string? City)> Rows) RandomFile(Random random)
    {
        string[] pieces = ["a", "ö", "€", "\U0001F600", " b", ",", "\"\"", "longer text"];
        var end = random.Pick(["\n", "\r\n", "\r"]);
        var text = new StringBuilder(random.OneIn(2) ? "\uFEFF" : "").Append("name,email,city").Append(end);
        var rows = new List<(long, string?, string?)>();
        long line = 2;
        for (var i = random.Next(1, 40); i > 0; i--)
        {
            if (random.OneIn(6))
            {
                text.Append(end);
                line++;
                continue;
            }

            var begins = line;
            string Cell()
            {
                var quoted = random.OneIn(2);
                var value = new StringBuilder();
                for (var count = random.Next(5); count > 0; count--)
                {
                    if (quoted && random.OneIn(4))
                    {
                        value.Append(end);
                        line++;
                    }
                    else
                    {
                        value.Append(pieces[quoted ? random.Next(pieces.Length) : random.Next(5)]);
                    }
                }

                text.Append(quoted ? $"\"{value}\"" : value);
                return string.Join(
                    ' ',
                    value.Replace("\"\"", "\"").Replace(end, " ").ToString().Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
            }

            var name = Cell();
            text.Append(",x@example.com,");
            var city = Cell();
            rows.Add((begins, name, city));
            if (i > 1 || random.OneIn(2))
            {
                text.Append(end);
                line++;
            }
        }

        return (text.ToString(), rows);
    }

    /// <summary>Gives bytes in small pieces, and then, if it is endless, one letter for ever.</summary>
    private sealed class Trickle(byte[] bytes, int piece, bool endless = false) : MemoryStream(bytes)
    {
        public long Given { get; private set; }

        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            buffer = buffer[..Math.Min(piece, buffer.Length)];
            var count = await base.ReadAsync(buffer, cancellationToken);
            if (count == 0 && endless)
            {
                buffer.Span.Fill((byte)'x');
                count = buffer.Length;
            }

            Given += count;
            return count;
        }
    }
}
