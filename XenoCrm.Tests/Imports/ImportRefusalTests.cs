using System.IO.Compression;
using System.Net;
using System.Text;
using XenoCrm.Tests.Support;

namespace XenoCrm.Tests.Imports;

/// <summary>Uploads that are refused as a whole: nothing of them is stored or kept.</summary>
public sealed class ImportRefusalTests(SignedInServer server) : IClassFixture<SignedInServer>
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("id,name,emial", "emial", 1)]
    [InlineData("id,name,email,NAME", "name", 1)]
    [InlineData("id,name,attributes.a,attributes.a", "attributes.a", 1)]
    [InlineData("id,name,attributes.$a", "attributes.$a", 1)]
    [InlineData("name,city", "email", 1)]
    [InlineData("id;name;emial", "emial", 1)]
    [InlineData("id,name,unsubcribed", "unsubcribed", 1)]
    [InlineData("id,name,E-Mail,e_mail", "email", 1)]
    [InlineData("", "file", 1)]
    [InlineData("\n\n", "file", 1)]
    [InlineData("id,\"name", "file", 1)]
    [InlineData("id,name\nq1,Mara\nq2,\"Bo\nq3,Cara\n", "file", 3)]
    [InlineData("id,name\nq1,Mara\n\"q2\"x,Bo\n", "file", 3)]
    [InlineData("id,name\nq1,Ma\"ra\nq2,Bo\n", "file", 2)]
    [InlineData("id,name\nq1,Mara\nq2,\"He said \"hello\"\"\n", "file", 3)]
    public async Task A_file_that_is_not_in_order_is_refused_with_its_line_and_nothing_is_stored(string csv, string field, int line)
    {
        using var answer = await server.Client.UploadAsync("/customers/import", csv);

        var problem = await answer.ProblemAsync(HttpStatusCode.BadRequest);
        Assert.Equal(line, problem.Int("line"));
        Assert.StartsWith($"Line {line}: ", problem.GetProperty("errors").GetProperty(field)[0].GetString(), StringComparison.Ordinal);
        Assert.Empty(SpooledFiles());
        Assert.Equal(HttpStatusCode.NotFound, (await server.Client.GetAsync("/customers/q1", Cancellation)).StatusCode);
    }

    [Theory]
    [InlineData("id,customerId,placedAt", "amount")]
    [InlineData("customerId,amount,placedAt", "id")]
    [InlineData("id,amount,placedAt", "customerId")]
    [InlineData("id,customerId,amount", "placedAt")]
    [InlineData("id,customerId,amount,placedAt,attributes.x", "attributes.x")]
    public async Task A_missing_or_unknown_column_of_orders_is_named(string header, string field)
    {
        using var answer = await server.Client.UploadAsync("/orders/import", header + "\n");
        Assert.NotEmpty(await answer.ErrorAsync(field));
    }

    [Fact]
    public async Task What_is_no_text_that_is_read_is_refused_with_what_to_do()
    {
        const string csv = "id,name\nu1,Zoë\n";
        using var zipped = new MemoryStream();
        await using (var gzip = new GZipStream(zipped, CompressionMode.Compress, leaveOpen: true))
        {
            await gzip.WriteAsync(Encoding.UTF8.GetBytes(csv), Cancellation);
        }

        foreach (var (bytes, line, remedy) in new (byte[], int, string)[]
        {
            ([.. Encoding.UTF32.Preamble, .. Encoding.UTF32.GetBytes(csv)], 1, "UTF-8"),
            ([.. Encoding.UTF8.GetBytes("id,name\nu1,Zoë\nu2,Jürgen\nu3,"), 0xFF, (byte)'\n'], 4, "UTF-8"),
            ([.. "id,name\nu1,Zo"u8, 0xEB, (byte)'\n', 0x81, (byte)'\n'], 2, "UTF-8"),
            ([.. "id,name\0\nu1,Mara\n"u8], 1, "UTF-8"),
            (zipped.ToArray(), 1, "Unpack"),
            ([.. "PK\u0003\u0004"u8, .. new byte[100]], 1, "spreadsheet"),
        })
        {
            using var answer = await server.Client.UploadAsync("/customers/import", bytes);
            var problem = await answer.ProblemAsync(HttpStatusCode.BadRequest);
            Assert.Equal(line, problem.Int("line"));
            Assert.Contains(remedy, problem.GetProperty("errors").GetProperty("file")[0].GetString());
        }

        Assert.Empty(SpooledFiles());
        Assert.Equal(HttpStatusCode.NotFound, (await server.Client.GetAsync("/customers/u1", Cancellation)).StatusCode);
    }

    [Fact]
    public async Task A_form_with_two_files_is_refused_and_nothing_is_kept()
    {
        using var form = new MultipartFormDataContent
        {
            { new ByteArrayContent("id,name\ntwo1,First\n"u8.ToArray()), "file", "customers.csv" },
            { new StringContent("a note"), "note" },
            { new ByteArrayContent("id,name\ntwo2,Second\n"u8.ToArray()), "file", "more.csv" },
        };
        using var answer = await server.Client.PostAsync("/customers/import", form, Cancellation);

        Assert.Contains("more than one file", await answer.ErrorAsync("file"), StringComparison.Ordinal);
        Assert.Empty(SpooledFiles());
        Assert.Equal(HttpStatusCode.NotFound, (await server.Client.GetAsync("/customers/two1", Cancellation)).StatusCode);
    }

    [Theory]
    [InlineData("")]
    [InlineData("\"")]
    public async Task A_hundred_megabytes_in_one_line_are_refused_with_the_line(string quote)
    {
        using var content = new StreamContent(new OneLine($"id,name\nh1,Mara\nh2,{quote}", 100 * 1024 * 1024));
        content.Headers.ContentType = new("text/csv");
        using var answer = await server.Client.PostAsync("/customers/import", content, Cancellation);

        var problem = await answer.ProblemAsync(HttpStatusCode.BadRequest);
        Assert.Equal(3, problem.Int("line"));
        Assert.Empty(SpooledFiles());
    }

    [Fact]
    public async Task A_form_without_a_file_is_refused()
    {
        using var form = new MultipartFormDataContent { { new StringContent("id,name\n"), "file" } };
        using var answer = await server.Client.PostAsync("/customers/import", form, Cancellation);
        Assert.Contains("no file part", await answer.ErrorAsync("file"));
    }

    [Theory]
    [InlineData("multipart/form-data", "x")]
    [InlineData("multipart/form-data; boundary=b", "x")]
    [InlineData(
        "multipart/form-data; boundary=b", "--b\r\nContent-Disposition: form-data; name=file; filename=a.csv\r\n\r\nid,name\nf1,Mara\n")]
    public async Task A_form_that_is_broken_is_refused_and_nothing_is_kept(string type, string body)
    {
        using var answer = await server.Client.UploadAsync("/customers/import", Encoding.UTF8.GetBytes(body), type);
        Assert.NotEmpty(await answer.ErrorAsync("file"));
        Assert.Empty(SpooledFiles());
    }

    [Theory]
    [InlineData("application/json")]
    [InlineData("application/gzip")]
    public async Task A_type_that_is_no_CSV_is_415(string type)
    {
        using var answer = await server.Client.UploadAsync("/customers/import", "id,name\n"u8.ToArray(), type);
        await answer.ProblemAsync(HttpStatusCode.UnsupportedMediaType);
    }

    [Theory]
    [InlineData("br", HttpStatusCode.UnsupportedMediaType)]
    [InlineData("deflate", HttpStatusCode.UnsupportedMediaType)]
    [InlineData("gzip", HttpStatusCode.BadRequest)]
    public async Task An_upload_that_is_compressed_otherwise_or_not_as_it_says_is_refused(string encoding, HttpStatusCode status)
    {
        using var content = new ByteArrayContent("id,name\n"u8.ToArray());
        content.Headers.ContentType = new("text/csv");
        content.Headers.ContentEncoding.Add(encoding);
        using var answer = await server.Client.PostAsync("/customers/import", content, Cancellation);
        await answer.ProblemAsync(status);
        Assert.Empty(SpooledFiles());
    }

    [Fact]
    public async Task Another_charset_is_refused()
    {
        using var answer = await server.Client.UploadAsync("/customers/import", "id,name\n"u8.ToArray(), "text/csv; charset=shift_jis");
        Assert.Contains("UTF-8", await answer.ErrorAsync("file"));
    }

    [Theory]
    [InlineData("?dryrn=true", "dryrn", "did you mean dryRun?")]
    [InlineData("?dryRun=yes", "dryRun", "true or false")]
    [InlineData("?dates=ymd", "dates", "dmy")]
    [InlineData("?columns=name", "columns", "columns=E-Mail:email")]
    [InlineData("?columns=name:nam", "columns", "did you mean name?")]
    [InlineData("?columns=Ort:city", "columns", "no column Ort")]
    [InlineData("?columns=id:id,id:email", "columns", "twice")]
    [InlineData("?columns=name:email&columns=id:id", "columns", "2 times")]
    public async Task What_an_upload_says_of_its_file_must_be_in_order(string query, string field, string words)
    {
        using var answer = await server.Client.UploadAsync("/customers/import" + query, "id,name\nw1,W\n");
        Assert.Contains(words, await answer.ErrorAsync(field), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.NotFound, (await server.Client.GetAsync("/customers/w1", Cancellation)).StatusCode);
    }

    [Fact]
    public async Task An_upload_that_breaks_off_leaves_nothing()
    {
        // Once the file is there: else the answer of a busy machine, and the file, come after this test has looked for it.
        using var content = new StreamContent(new OneLine("id,name\n", 1024 * 1024, breaksOffWhen: () => SpooledFiles().Length > 0));
        content.Headers.ContentType = new("text/csv");
        await Assert.ThrowsAnyAsync<HttpRequestException>(() => server.Client.PostAsync("/customers/import", content, Cancellation));
        await Poll.UntilAsync(() => SpooledFiles().Length == 0, "the file to be removed");
    }

    private string[] SpooledFiles() => Directory.Exists(Folder) ? Directory.GetFiles(Folder) : [];

    private string Folder => Path.Combine(server.Api.DataFolder, "imports");

    /// <summary>A beginning and then one letter, for as long as it is asked.</summary>
    private sealed class OneLine(string beginning, long length, Func<bool>? breaksOffWhen = null)
        : MemoryStream(Encoding.UTF8.GetBytes(beginning))
    {
        private long left = length;

        public override bool CanSeek => false;

        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            if (await base.ReadAsync(buffer, cancellationToken) is var count and > 0)
            {
                return count;
            }

            if (left == 0 && breaksOffWhen is not null)
            {
                await Poll.UntilAsync(breaksOffWhen, "the upload to have begun");
                throw new IOException("The line is down.");
            }

            count = (int)Math.Min(left, buffer.Length);
            buffer.Span[..count].Fill((byte)'x');
            left -= count;
            return count;
        }
    }
}
