using System.IO.Compression;
using System.Net;
using System.Text;
using XenoCrm.Tests.Support;

namespace XenoCrm.Tests.Imports;

/// <summary>Files as people have them: out of spreadsheets, in other encodings, with columns of their own.</summary>
public sealed class ImportFileTests(SignedInServer server) : IClassFixture<SignedInServer>
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_file_of_addresses_and_one_column_updates_those_who_are_known()
    {
        await server.PostAsync("/customers", """{"id":"known","name":"Known","email":"known@example.com","city":"Pune"}""");

        var import = await server.Client.ImportAsync(
            "/customers/import", "email,unsubscribed\nKNOWN@example.com,true\nnew@example.com,true\n");

        Assert.Equal(("completed", 2, 1, 1), import.Balance());
        Assert.Equal([(3, "name")], import.ErrorPlaces());
        var customer = await server.GetAsync("/customers/known");
        Assert.Equal(
            ("Known", "Pune", true), (customer.Text("name"), customer.Text("city"), customer.GetProperty("unsubscribed").GetBoolean()));
    }

    [Theory]
    [InlineData(",")]
    [InlineData(";")]
    [InlineData("\t")]
    [InlineData("|")]
    public async Task The_separator_is_found_from_the_header(string separator)
    {
        var id = "sep" + (int)separator[0];
        var csv = $"id,name,city\n{id},\"A; B, C | D\t\",Köln\n".Replace(",", separator, StringComparison.Ordinal)
            .Replace($"\"A; B{separator} C", "\"A; B, C", StringComparison.Ordinal);
        using var answer = await server.Client.UploadAsync("/customers/import", csv);

        Assert.Equal(separator, (await answer.JsonAsync()).Text("separator"));
        var import = await server.Client.EndAsync(await answer.ImportIdAsync());
        Assert.Equal((("completed", 1, 1, 0), separator), (import.Balance(), import.Text("separator")));
        Assert.Equal("Köln", (await server.GetAsync($"/customers/{id}")).Text("city"));
    }

    [Fact]
    public async Task A_first_line_that_says_the_separator_is_no_header()
    {
        var import = await server.Client.ImportAsync("/customers/import", "sep=;\r\nid;name\r\nhint;Hint, Ltd.\r\nhint2;;\r\n");
        Assert.Equal(("completed", 2, 1, 1), import.Balance());
        Assert.Equal("Hint, Ltd.", (await server.GetAsync("/customers/hint")).Text("name"));
        Assert.Equal([(4, "name")], import.ErrorPlaces());
    }

    [Theory]
    [InlineData("UTF-8", false)]
    [InlineData("UTF-8", true)]
    [InlineData("UTF-16LE", false)]
    [InlineData("UTF-16LE", true)]
    [InlineData("UTF-16BE", false)]
    [InlineData("UTF-16BE", true)]
    [InlineData("Windows-1252", false)]
    public async Task The_encoding_is_found_and_said(string name, bool hasMark)
    {
        var encoding = name switch
        {
            "UTF-16LE" => Encoding.Unicode,
            "UTF-16BE" => Encoding.BigEndianUnicode,
            "Windows-1252" => CodePagesEncodingProvider.Instance.GetEncoding(1252)!,
            _ => Encoding.UTF8,
        };
        var id = $"enc{name}{hasMark}";
        byte[] mark = hasMark ? encoding.GetPreamble() : [];
        var csv = $"id;name;Ort\r\n{id};Zoë “Ж” Größe\r\n".Replace("Ж", name == "Windows-1252" ? "€" : "Ж", StringComparison.Ordinal);
        using var answer = await server.Client.UploadAsync("/customers/import", [.. mark, .. encoding.GetBytes(csv)]);

        Assert.Equal(name, (await answer.JsonAsync()).Text("encoding"));
        var import = await server.Client.EndAsync(await answer.ImportIdAsync());
        Assert.Equal((("completed", 1, 1, 0), name), (import.Balance(), import.Text("encoding")));
        Assert.Equal(name == "Windows-1252" ? "Zoë “€” Größe" : "Zoë “Ж” Größe", (await server.GetAsync($"/customers/{id}")).Text("name"));
    }

    [Fact]
    public async Task Windows_1252_is_found_however_late_it_shows()
    {
        var rows = string.Concat(Enumerable.Range(0, 20_000).Select(i => $"late{i},Mara\n"));
        using var answer = await server.Client.UploadAsync(
            "/customers/import", [.. Encoding.ASCII.GetBytes("id,name\n" + rows), .. "late,Zo"u8, 0xEB, (byte)'\n']);

        Assert.Equal("Windows-1252", (await answer.JsonAsync()).Text("encoding"));
        Assert.Equal(("completed", 20_001, 20_001, 0), (await server.Client.EndAsync(await answer.ImportIdAsync())).Balance());
        Assert.Equal("Zoë", (await server.GetAsync("/customers/late")).Text("name"));
    }

    [Fact]
    public async Task A_charset_that_is_said_is_believed()
    {
        using var answer = await server.Client.UploadAsync(
            "/customers/import", [.. "id,name\ncharset,Zo"u8, 0xEB, (byte)'\n'], "text/csv; charset=iso-8859-1");
        Assert.Equal("Windows-1252", (await answer.JsonAsync()).Text("encoding"));
        await server.Client.EndAsync(await answer.ImportIdAsync());
        Assert.Equal("Zoë", (await server.GetAsync("/customers/charset")).Text("name"));
    }

    [Fact]
    public async Task Line_ends_of_all_kinds_empty_columns_and_rows_that_end_early_are_taken()
    {
        var import = await server.Client.ImportAsync(
            "/customers/import",
            "id,name,city,country,,\r\nmix1,A,Pune,IN,,\nmix2,B\rmix3,C,Pune,,,,,\r\n,,,,,\r\n\r\nmix4,D,Pune,IN,,x\nmix5,E,Pune,IN,,,x\n");

        Assert.Equal(("completed", 5, 4, 1), import.Balance());
        Assert.Equal([(8, "row")], import.ErrorPlaces());
        Assert.Null((await server.GetAsync("/customers/mix2")).Text("city"));
        Assert.Equal("IN", (await server.GetAsync("/customers/mix4")).Text("country"));
    }

    [Fact]
    public async Task Columns_are_matched_without_case_blanks_and_hyphens_and_what_was_matched_is_said()
    {
        using var answer = await server.Client.UploadAsync(
            "/customers/import",
            "ID,E-Mail,First Name,last_name,CREATED-AT,Notes,County\nhead,head@example.com, Mara , Lane,2026-01-02,x,y\n");

        const string expected =
            """{"ID":"id","E-Mail":"email","First Name":"name","last_name":"name","CREATED-AT":"createdAt","Notes":null,"County":null}""";
        Assert.Equal(expected, (await answer.JsonAsync()).GetProperty("columns").GetRawText());
        var import = await server.Client.EndAsync(await answer.ImportIdAsync());
        Assert.Equal(expected, import.GetProperty("columns").GetRawText());
        var customer = await server.GetAsync("/customers/head");
        Assert.Equal(
            ("Mara Lane", "head@example.com", "2026-01-02T00:00:00Z"),
            (customer.Text("name"), customer.Text("email"), customer.Text("createdAt")));
    }

    [Fact]
    public async Task Other_columns_are_named_by_the_upload()
    {
        using var answer = await server.Client.UploadAsync(
            "/customers/import?columns=Kundennr:id,Kunde:name,Ort:city,emial:,Klasse:attributes.class", "Kundennr;Kunde;Ort;emial;Klasse\nmap;Mara;Köln;x;gold\n");

        Assert.Equal(
            """{"Kundennr":"id","Kunde":"name","Ort":"city","emial":null,"Klasse":"attributes.class"}""",
            (await answer.JsonAsync()).GetProperty("columns").GetRawText());
        await server.Client.EndAsync(await answer.ImportIdAsync());
        var customer = await server.GetAsync("/customers/map");
        Assert.Equal(
            ("Mara", "Köln", "gold"), (customer.Text("name"), customer.Text("city"), customer.GetProperty("attributes").Text("class")));
    }

    [Theory]
    [InlineData("", "25/12/2026", null)]
    [InlineData("", "05/06/2026", null)]
    [InlineData("?dates=dmy", "05/06/2026", "2026-06-05T00:00:00Z")]
    [InlineData("?dates=mdy", "05/06/2026", "2026-05-06T00:00:00Z")]
    [InlineData("?dates=dmy", "5.6.2026 14:30", "2026-06-05T14:30:00Z")]
    [InlineData("?dates=MDY", "5-6-2026 2:30 PM", "2026-05-06T14:30:00Z")]
    [InlineData("?dates=dmy", "2026-06-05", "2026-06-05T00:00:00Z")]
    [InlineData("?dates=dmy", "12/25/2026", null)]
    [InlineData("?dates=mdy", "25/12/2026", null)]
    [InlineData("?dates=dmy", "05/06/26", null)]
    [InlineData("?dates=dmy", "46000", null)]
    public async Task A_date_is_read_in_the_order_that_is_said_and_never_guessed(string query, string date, string? expected)
    {
        var id = Guid.NewGuid().ToString();
        using var answer = await server.Client.UploadAsync("/customers/import" + query, $"id,name,createdAt\n{id},Mara,{date}\n");
        var import = await server.Client.EndAsync(await answer.ImportIdAsync());

        Assert.Equal(("completed", 1, expected is null ? 0 : 1, expected is null ? 1 : 0), import.Balance());
        if (expected is null)
        {
            Assert.Contains(query.Length == 0
                ? "?dates=dmy" : "ISO 8601", import.GetProperty("errors")[0].Text("message"), StringComparison.Ordinal);
        }
        else
        {
            Assert.Equal(expected, (await server.GetAsync($"/customers/{id}")).Text("createdAt"));
        }
    }

    [Fact]
    public async Task A_dry_run_tells_what_would_be_and_stores_nothing()
    {
        await server.PostAsync("/customers", """{"id":"dry0","name":"Dry","email":"dry0@example.com","city":"Pune"}""");
        const string csv =
            "id;email;name;city\ndry0;dry0@example.com;Other;Köln\ndry1;dry1@example.com;New;Köln\ndry2;dry2@example.com\ndry3;dry0@example.com;Thief;Köln\ndry4;nobody;Bad;Köln\ndry1;dry1@example.com\n";
        using var answer = await server.Client.UploadAsync("/customers/import?dryRun=true", csv);
        Assert.True((await answer.JsonAsync()).GetProperty("dryRun").GetBoolean());

        var import = await server.Client.EndAsync(await answer.ImportIdAsync());

        Assert.Equal(("completed", 6, 2, 4), import.Balance());
        Assert.Equal([(4, "name"), (5, "email"), (6, "email"), (7, "name")], import.ErrorPlaces());
        Assert.Equal((true, ";", "UTF-8"), (import.GetProperty("dryRun").GetBoolean(), import.Text("separator"), import.Text("encoding")));
        Assert.Equal("Pune", (await server.GetAsync("/customers/dry0")).Text("city"));
        Assert.Equal(HttpStatusCode.NotFound, (await server.Client.GetAsync("/customers/dry1", Cancellation)).StatusCode);
    }

    [Fact]
    public async Task A_dry_run_of_orders_adds_none()
    {
        await server.PostAsync("/customers", """{"id":"dryo","name":"Dry"}""");
        using var answer = await server.Client.UploadAsync(
            "/orders/import?dryRun=true",
            "Order_ID,id,Customer ID,Amount,Placed At\n1,dryo1,dryo,10,2026-01-01\n2,dryo2,dryo,\"1,5\",2026-01-01\n");
        Assert.Equal(("completed", 2, 1, 1), (await server.Client.EndAsync(await answer.ImportIdAsync())).Balance());
        Assert.Equal(0, (await server.GetAsync("/customers/dryo")).Int("orderCount"));
    }

    [Fact]
    public async Task All_rejected_rows_are_a_file_with_line_column_and_reason()
    {
        var csv = "Kundennr,E-Mail,First Name,Last Name\n" + string.Concat(
            Enumerable.Range(0, 1_200).Select(i => $"rej{i},nobody,,\n")) + "rejgood,rejgood@example.com,A,B\n";
        using var answer = await server.Client.UploadAsync("/customers/import?columns=Kundennr:id", csv);
        var id = await answer.ImportIdAsync();
        var import = await server.Client.EndAsync(id);
        using var file = await server.Client.GetAsync($"/imports/{id}/rejected.csv", Cancellation);
        var lines = (await file.Content.ReadAsStringAsync(Cancellation)).TrimStart('\uFEFF').Split(
            "\r\n", StringSplitOptions.RemoveEmptyEntries);

        Assert.Equal(("completed", 1_201, 1, 1_200), import.Balance());
        Assert.Equal(100, import.GetProperty("errors").GetArrayLength());
        Assert.Equal("text/csv", file.Content.Headers.ContentType?.MediaType);
        Assert.Equal("line,column,reason", lines[0]);
        Assert.Equal(2_400, lines.Length - 1);
        Assert.StartsWith("2,E-Mail,", lines[1], StringComparison.Ordinal);
        Assert.StartsWith("2,First Name + Last Name,", lines[2], StringComparison.Ordinal);
        Assert.StartsWith("1201,First Name + Last Name,", lines[^1], StringComparison.Ordinal);
        Assert.DoesNotContain("nobody", string.Concat(lines), StringComparison.Ordinal);
        using var none = await server.Client.GetAsync("/imports/none/rejected.csv", Cancellation);
        await none.ProblemAsync(HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task Imports_are_listed_newest_first_page_by_page()
    {
        var ids = new List<string>();
        for (var i = 0; i < 3; i++)
        {
            ids.Add((await server.Client.ImportAsync("/customers/import", $"id,name\nlist{i},L\n")).Text("id")!);
        }

        using var first = await server.Client.GetAsync("/imports?limit=2", Cancellation);
        var cursor = first.Headers.GetValues("X-Next-Cursor").Single();
        using var second = await server.Client.GetAsync($"/imports?limit=1&cursor={cursor}", Cancellation);

        string[] listed = [.. (await first.JsonAsync()).EnumerateArray().Concat((await second.JsonAsync()).EnumerateArray())
            .Select(import => import.Text("id")!)];
        Assert.Equal(ids.AsEnumerable().Reverse(), listed);
        Assert.Equal("completed", (await first.JsonAsync())[0].Text("status"));
    }

    [Fact]
    public async Task A_file_may_come_as_gzip()
    {
        using var packed = new MemoryStream();
        await using (var gzip = new GZipStream(packed, CompressionLevel.Fastest, leaveOpen: true))
        {
            await gzip.WriteAsync("id,name\ngzfile,Gzip\n"u8.ToArray(), Cancellation);
        }

        using var content = new ByteArrayContent(packed.ToArray());
        content.Headers.ContentType = new("text/csv");
        content.Headers.ContentEncoding.Add("gzip");
        using var answer = await server.Client.PostAsync("/customers/import", content, Cancellation);

        Assert.Equal(("completed", 1, 1, 0), (await server.Client.EndAsync(await answer.ImportIdAsync())).Balance());
    }

    [Theory]
    [InlineData("yes", true)]
    [InlineData("0", false)]
    [InlineData("FALSE", false)]
    [InlineData("perhaps", null)]
    public async Task Yes_and_no_are_read_and_nothing_else_is(string cell, bool? expected)
    {
        var id = "flag" + cell;
        var import = await server.Client.ImportAsync("/customers/import", $"id,name,unsubscribed\n{id},F,{cell}\n");
        Assert.Equal(expected is null ? 1 : 0, import.Int("rejected"));
        if (expected is { } flag)
        {
            Assert.Equal(flag, (await server.GetAsync($"/customers/{id}")).GetProperty("unsubscribed").GetBoolean());
        }
    }
}
