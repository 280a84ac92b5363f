using System.Net;
using System.Text;
using System.Text.RegularExpressions;
using XenoCrm.Api.Imports;
using XenoCrm.Api.Pages.Imports;
using XenoCrm.Core.Imports;
using XenoCrm.Core.Text;
using XenoCrm.Tests.Support;

namespace XenoCrm.Tests.Pages;

public sealed partial class ImportPageTests(SignedInServer server) : IClassFixture<SignedInServer>
{
    private const string New = "/app/imports/new";

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_form_imports_a_file_with_columns_of_other_names_and_leads_to_its_page()
    {
        var path = await ImportAsync(
            "E-Mail;Wie heisst er;Seit\r\nim1@example.com;Jürgen;22.11.2024\r\n",
            columns: "Wie heisst er:name,Seit:createdAt",
            dates: "dmy");
        var import = await server.Client.EndAsync(path["/app/imports/".Length..]);
        Assert.Equal(("completed", 1, 1, 0), import.Balance());

        var html = await PageAsync(path);
        Assert.Contains("All customers are in.", html, StringComparison.Ordinal);
        Assert.Contains("with semicolons", html, StringComparison.Ordinal);
        Assert.Contains("Customer since", html, StringComparison.Ordinal);
        Assert.Contains("href=\"/app/campaigns/new\"", html, StringComparison.Ordinal);
        var customers = await server.GetAsync("/customers?q=im1@example.com");
        Assert.Equal(("Jürgen", "2024-11-22T00:00:00Z"), (customers[0].Text("name"), customers[0].Text("createdAt")));
    }

    [Fact]
    public async Task A_file_in_Windows_1252_is_read_as_such()
    {
        var csv = CodePagesEncodingProvider.Instance.GetEncoding(1252)!.GetBytes("id;name\r\nw1;Zoë Köhler\r\n");
        var path = await ImportAsync(csv);
        await server.Client.EndAsync(path["/app/imports/".Length..]);
        Assert.Contains("Windows-1252", await PageAsync(path), StringComparison.Ordinal);
        Assert.Equal("Zoë Köhler", (await server.GetAsync("/customers/w1")).Text("name"));
    }

    [Fact]
    public async Task Orders_go_to_their_customers()
    {
        var path = await ImportAsync("id,customerEmail,amount,placedAt\nio1,nobody.yet@example.com,12.50,2026-01-01\n", kind: "orders");
        await server.Client.EndAsync(path["/app/imports/".Length..]);
        Assert.Contains("All orders are in.", await PageAsync(path), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_dry_run_stores_nothing_and_offers_to_do_it()
    {
        var path = await ImportAsync("id,name\ndry1,Dora\n", dryRun: true);
        await server.Client.EndAsync(path["/app/imports/".Length..]);
        var html = await PageAsync(path);
        Assert.Contains("Nothing is stored yet.", html, StringComparison.Ordinal);
        Assert.Contains("href=\"/app/imports/new?kind=customers\"", html, StringComparison.Ordinal);
        using var customer = await server.Client.GetAsync("/customers/dry1", Cancellation);
        Assert.Equal(HttpStatusCode.NotFound, customer.StatusCode);
    }

    [Fact]
    public async Task Faulty_lines_are_shown_under_the_files_own_column_names_with_all_of_them_as_a_file()
    {
        var path = await ImportAsync("id,name,Mailadresse\nf1,Fay,no-address\nf2,Flo,f2@example.com\n", columns: "Mailadresse:email");
        var id = path["/app/imports/".Length..];
        await server.Client.EndAsync(id);
        var html = await PageAsync(path);
        Assert.Contains("1 of 2 are in.", html, StringComparison.Ordinal);
        Assert.Contains("This is not an e-mail address", html, StringComparison.Ordinal);
        Assert.Contains("<bdi>Mailadresse</bdi>", html, StringComparison.Ordinal);
        Assert.Contains($"href=\"/imports/{id}/rejected.csv\"", html, StringComparison.Ordinal);
    }

    [Fact]
    public async Task How_many_rows_a_file_has_is_known_before_they_are_in()
    {
        var path = await ImportAsync("id,name\nro1,One\n\nro2,Two\n");
        var import = await server.Api.Services.GetRequiredService<ImportService>()
            .FindAsync(path["/app/imports/".Length..], Cancellation);
        Assert.Equal(2, import!.RowsInFile);
    }

    [Theory]
    [InlineData("id,name\n", "Nobody:email", "The file has no column Nobody.", "columns")]
    [InlineData("id,name\n", "name", "names no column of ours", "columns")]
    [InlineData("city\nPune\n", "", "This column is missing", null)]
    [InlineData("", "", "The file is empty", null)]
    [InlineData("id,name\n1,\"open\n", "", "is never closed", null)]
    public async Task A_file_that_cannot_be_taken_brings_the_form_back_with_what_was_typed_and_the_fault(
        string csv, string columns, string fault, string? field)
    {
        using var answer = await UploadAsync(Encoding.UTF8.GetBytes(csv), columns, dates: "mdy", dryRun: true);
        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        var html = PageClient.Letters(await answer.Content.ReadAsStringAsync(Cancellation));
        Assert.Contains(fault, html, StringComparison.Ordinal);
        Assert.Contains($"value=\"{columns}\"", html, StringComparison.Ordinal);
        Assert.Contains("value=\"mdy\" checked", html, StringComparison.Ordinal);
        Assert.Contains("name=\"dryRun\" value=\"true\" checked", html, StringComparison.Ordinal);
        Assert.Equal(field is not null, html.Contains("aria-invalid=\"true\"", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Two_clicks_are_one_import()
    {
        var key = Key().Match(await PageAsync(New)).Groups[1].Value;
        var first = await ImportAsync("id,name\ntwo1,Twice\n", key: key);
        var second = await ImportAsync("id,name\ntwo1,Twice\n", key: key);
        Assert.Equal(first, second);
    }

    [Theory]
    [InlineData("0187d9a0-0000-7000-8000-000000000001")]
    [InlineData("ffffffff-ffff-7fff-bfff-ffffffffffff")]
    [InlineData("../../etc/passwd")]
    [InlineData("")]
    public async Task A_key_that_no_form_of_this_hour_had_is_none(string key)
    {
        var first = await ImportAsync("id,name\nkey1,Key\n", key: key);
        Assert.NotEqual(first, await ImportAsync("id,name\nkey1,Key\n", key: key));
        Assert.DoesNotContain("passwd", first, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(ImportKind.Customers, "email|id")]
    [InlineData(ImportKind.Orders, "id,customerId|customerEmail,amount,placedAt")]
    public async Task The_form_tells_the_script_every_field_there_is_and_what_a_file_needs(ImportKind kind, string required)
    {
        var html = await PageAsync(New);
        foreach (var field in ImportService.LayoutOf(kind).FieldNames.Where(field => field != "attributes.x"))
        {
            Assert.Contains($"<option value=\"{field}\"", html, StringComparison.Ordinal);
            Assert.True(ColumnWords.Knows(kind, field), $"{field} has no words.");
        }

        Assert.Contains($"data-required=\"{required}\"", html, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(ImportKind.Customers)]
    [InlineData(ImportKind.Orders)]
    public void A_name_that_is_guessed_is_guessed_for_one_field_only(ImportKind kind)
    {
        var fields = ImportService.LayoutOf(kind).FieldNames;
        var names = fields.SelectMany(field => ColumnWords.Of(kind, field).Others.Split(',').Append(field)
            .Select(KnownNames.Plain).Where(name => name.Length > 0).Distinct());
        Assert.Empty(names.GroupBy(name => name).Where(same => same.Count() > 1).Select(same => same.Key));
    }

    [Fact]
    public async Task The_list_has_the_newest_first_and_its_rows_can_be_read_again_alone()
    {
        await ImportAsync("id,name\nli1,Lis\n");
        var path = await ImportAsync("id,name\nli2,Lis\n");
        await server.Client.EndAsync(path["/app/imports/".Length..]);
        var html = await PageAsync("/app/imports");
        Assert.Equal(path, First().Match(html).Groups[1].Value);
        var part = await PageAsync("/app/imports/newest");
        Assert.Contains(path, part, StringComparison.Ordinal);
        Assert.DoesNotContain("<html", part, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_part_that_is_read_again_says_when_it_is_final()
    {
        var path = await ImportAsync("id,name\npa1,Pat\n");
        await server.Client.EndAsync(path["/app/imports/".Length..]);
        var part = await PageAsync(path + "/state");
        Assert.Contains("data-final", part, StringComparison.Ordinal);
        Assert.DoesNotContain("<html", part, StringComparison.Ordinal);
        Assert.DoesNotContain($"data-refresh=\"{path}/state\"", await PageAsync(path), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/app/imports/unknown")]
    [InlineData("/app/imports/unknown/state")]
    public async Task An_import_that_is_not_there_is_a_page_that_says_so(string path)
    {
        using var answer = await server.Client.GetAsync(path, Cancellation);
        Assert.Equal((HttpStatusCode.NotFound, "text/html"), (answer.StatusCode, answer.Content.Headers.ContentType?.MediaType));
    }

    [Fact]
    public async Task A_viewer_sees_imports_and_makes_none()
    {
        var path = await ImportAsync("id,name\nvw1,Vic\n");
        await server.Client.EndAsync(path["/app/imports/".Length..]);
        using var viewer = await server.Api.SignedInAsync("import.viewer@example.com", "viewer");
        Assert.DoesNotContain("/app/imports/new", await PageAsync("/app/imports", viewer), StringComparison.Ordinal);
        Assert.DoesNotContain("/app/campaigns/new", await PageAsync(path, viewer), StringComparison.Ordinal);
        using var form = await viewer.GetAsync(New, Cancellation);
        using var answer = await UploadAsync("id,name\n"u8.ToArray(), client: viewer);
        Assert.Equal((HttpStatusCode.Forbidden, HttpStatusCode.Forbidden), (form.StatusCode, answer.StatusCode));
    }

    [Fact]
    public async Task Another_sites_form_is_refused()
    {
        using var answer = await UploadAsync("id,name\n"u8.ToArray(), from: "cross-site");
        Assert.Equal(HttpStatusCode.Forbidden, answer.StatusCode);
    }

    private Task<string> ImportAsync(
        string csv, string columns = "", string kind = "customers", string dates = "", bool dryRun = false, string? key = null) =>
        ImportAsync(Encoding.UTF8.GetBytes(csv), columns, kind, dates, dryRun, key);

    /// <summary>The page of the import that has begun.</summary>
    private async Task<string> ImportAsync(
        byte[] csv, string columns = "", string kind = "customers", string dates = "", bool dryRun = false, string? key = null)
    {
        using var answer = await UploadAsync(csv, columns, kind, dates, dryRun, key);
        Assert.True(answer.StatusCode == HttpStatusCode.Redirect, await answer.Content.ReadAsStringAsync(Cancellation));
        return answer.Headers.Location!.ToString();
    }

    private async Task<HttpResponseMessage> UploadAsync(
        byte[] csv, string columns = "", string kind = "customers", string dates = "", bool dryRun = false, string? key = null,
        HttpClient? client = null, string from = "same-origin")
    {
        using var form = new MultipartFormDataContent
        {
            { new StringContent(key ?? ""), "key" },
            { new StringContent(kind), "kind" },
            { new StringContent(columns), "columns" },
            { new StringContent(dates), "dates" },
        };
        if (dryRun)
        {
            form.Add(new StringContent("true"), "dryRun");
        }

        form.Add(new ByteArrayContent(csv), "file", "customers.csv");
        using var request = new HttpRequestMessage(HttpMethod.Post, New) { Content = form };
        request.Headers.Add("Sec-Fetch-Site", from);
        return await (client ?? server.Client).SendAsync(request, Cancellation);
    }

    private async Task<string> PageAsync(string path, HttpClient? client = null)
    {
        using var answer = await (client ?? server.Client).GetAsync(path, Cancellation);
        Assert.Equal((HttpStatusCode.OK, "text/html"), (answer.StatusCode, answer.Content.Headers.ContentType?.MediaType));
        return PageClient.Letters(await answer.Content.ReadAsStringAsync(Cancellation));
    }

    [GeneratedRegex("<a href=\"(/app/imports/[0-9a-f-]{36})\"")]
    private static partial Regex First();

    [GeneratedRegex("name=\"key\" value=\"([^\"]+)\"")]
    private static partial Regex Key();
}
