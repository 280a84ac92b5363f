using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using Microsoft.Playwright;
using XenoCrm.Tests.Support;

namespace XenoCrm.SystemTests.Pages;

/// <summary>Files that are brought in, as a person does it.</summary>
public sealed partial class ImportTests(PageGraph graph) : PageTest(graph)
{
    private const string NewImport = "/app/imports/new";

    private const string German =
        "Kundennummer;Kundenname;E-Mail-Adresse;Ort;Kunde seit;Bemerkung\n"
            + "W-1;Jörg Müßig;joerg@example.com;Köln;22.11.2024;weiß Bescheid\n"
            + "W-2;\"Groß; Änne\";aenne@example.com;Düren;03.02.2025;\n"
            + "W-3;Zoé L’Œuvre;keine Adresse;Köln;13.02.2025;\n";

    private readonly TempFolder folder = new();

    [Fact]
    public async Task The_CDNOW_history_is_brought_in_with_its_progress_seen()
    {
        await SampleFiles.RunAsync("cdnow-to-csv.cs", SampleFiles.Cdnow(), folder.Path);
        var spends = SampleFiles.CdnowSpends();
        var visit = await VisitAsync("marketer");
        foreach (var (kind, rows) in new[] { ("customers", spends.Count), ("orders", spends.Sum(customer => customer.Value.Count)) })
        {
            await ChooseAsync(visit, folder.File($"{kind}.csv"));
            await Expect(visit.Page.GetByLabel(kind == "orders" ? "Orders:" : "Customers:")).ToBeCheckedAsync();
            await visit.Page.GetByRole(AriaRole.Button, new() { Name = "Import", Exact = true }).ClickAsync();
            await Expect(visit.Heading).ToHaveTextAsync($"Import of {kind}");
            if (kind == "orders")
            {
                await Expect(visit.Main.GetByRole(AriaRole.Progressbar)).ToBeVisibleAsync();
            }

            await Expect(visit.Main).ToContainTextAsync($"All {kind} are in.");
            await Expect(visit.Main.Locator(".figures data").Nth(1)).ToHaveAttributeAsync("value", $"{rows}");
        }

        var (id, (spend, count)) = spends.MaxBy(customer => customer.Value.Count);
        var customer = await Api.GetFromJsonAsync<JsonElement>($"/customers/{id}", Cancellation);
        Assert.Equal((spend, count), (customer.GetProperty("totalSpend").GetDecimal(), customer.Int("orderCount")));
    }

    [Fact]
    public async Task A_semicolon_file_in_Windows_1252_with_other_column_names_is_mapped_and_brought_in()
    {
        var visit = await VisitAsync("marketer");
        await ChooseAsync(visit, File("deutsch.csv", German));
        await Expect(visit.Page.Locator("#mapping")).ToContainTextAsync("Windows-1252, with semicolons, 6 columns");
        foreach (var (column, field) in new[]
            {
                ("1, Kundennummer", "id"), ("2, Kundenname", "name"), ("3, E-Mail-Adresse", "email"), ("4, Ort", "city"),
                ("5, Kunde seit", "createdAt"), ("6, Bemerkung", ""),
            })
        {
            await Expect(visit.Page.GetByLabel($"Column {column}, is")).ToHaveValueAsync(field);
        }

        await Expect(visit.Page.GetByRole(AriaRole.Cell, new() { Name = "Jörg Müßig" })).ToBeVisibleAsync();
        await visit.Page.GetByLabel("Column 6, Bemerkung, is").SelectOptionAsync(new SelectOptionValue { Label = "Attribute “Bemerkung”" });
        await Expect(visit.Page.GetByLabel("Day first")).ToBeCheckedAsync();
        await visit.Page.GetByRole(AriaRole.Button, new() { Name = "Import", Exact = true }).ClickAsync();
        await Expect(visit.Main).ToContainTextAsync("2 of 3 are in.");

        // The third has no address: said at once, with its line and the column as the file calls it.
        var fault = visit.Main.Locator("table.list tbody tr").First;
        await Expect(fault).ToContainTextAsync("4");
        await Expect(fault).ToContainTextAsync("E-Mail-Adresse");
        var report = await visit.Page.RunAndWaitForDownloadAsync(
            () => visit.Page.GetByRole(AriaRole.Link, new() { Name = "All of them as CSV" }).ClickAsync());
        var rejected = await System.IO.File.ReadAllTextAsync(await report.PathAsync(), Cancellation);
        Assert.Contains("4,E-Mail-Adresse,", rejected, StringComparison.Ordinal);

        var customer = await Api.GetFromJsonAsync<JsonElement>("/customers/W-1", Cancellation);
        Assert.Equal(("Jörg Müßig", "Köln"), (customer.Text("name"), customer.Text("city")));
        Assert.Equal("weiß Bescheid", customer.GetProperty("attributes").Text("Bemerkung"));
        Assert.StartsWith("2024-11-22", customer.Text("createdAt"), StringComparison.Ordinal);
        Assert.Equal("Groß; Änne", (await Api.GetFromJsonAsync<JsonElement>("/customers/W-2", Cancellation)).Text("name"));
    }

    [Fact]
    public async Task What_a_column_was_taken_for_is_remembered_for_the_next_such_file()
    {
        var visit = await VisitAsync("marketer");
        var file = File("next.csv", "Nr,Wer,Wohin\nN-1,Asha,asha.next@example.com\n");
        await ChooseAsync(visit, file);
        await Expect(visit.Page.Locator("#mapping-fault")).Not.ToBeEmptyAsync();
        await visit.Page.GetByLabel("Column 1, Nr, is").SelectOptionAsync("id");
        await visit.Page.GetByLabel("Column 2, Wer, is").SelectOptionAsync("name");
        await visit.Page.GetByLabel("Column 3, Wohin, is").SelectOptionAsync("email");
        await Expect(visit.Page.Locator("#mapping-fault")).ToBeEmptyAsync();
        await visit.Page.GetByRole(AriaRole.Button, new() { Name = "Import", Exact = true }).ClickAsync();
        await Expect(visit.Main).ToContainTextAsync("All customers are in.");
        await ChooseAsync(visit, file);
        await Expect(visit.Page.Locator("#mapping")).ToContainTextAsync("As for the last file with these columns.");
        await Expect(visit.Page.GetByLabel("Column 3, Wohin, is")).ToHaveValueAsync("email");
    }

    [Fact]
    public async Task A_file_that_is_dropped_on_the_page_is_read_and_brought_in()
    {
        var visit = await VisitAsync("marketer");
        await visit.GoAsync(NewImport);
        var dropped = await visit.Page.EvaluateHandleAsync(
            """
            text => {
                const dropped = new DataTransfer();
                dropped.items.add(new File([text], "dropped.csv", { type: "text/csv" }));
                return dropped;
            }
            """,
            "id,name,email\nD-1,Dropped Person,dropped@example.com\n");
        foreach (var happens in new[] { "dragover", "drop" })
        {
            await visit.Page.DispatchEventAsync("main", happens, new { dataTransfer = dropped });
        }

        await Expect(visit.Page.GetByLabel("Column 2, name, is")).ToHaveValueAsync("name");
        await visit.Page.GetByRole(AriaRole.Button, new() { Name = "Import", Exact = true }).ClickAsync();
        await Expect(visit.Main).ToContainTextAsync("All customers are in.");
        Assert.Equal("Dropped Person", (await Api.GetFromJsonAsync<JsonElement>("/customers/D-1", Cancellation)).Text("name"));
    }

    [Fact]
    public async Task Without_JavaScript_a_file_is_brought_in_by_the_form()
    {
        var visit = await VisitAsync("marketer", options => options.JavaScriptEnabled = false);
        await visit.GoAsync(NewImport);
        await visit.Page.GetByLabel("Columns with other names").FillAsync("Kunde:name,Post:email");
        await visit.Page.GetByLabel("CSV file").SetInputFilesAsync(File("form.csv", "id,Kunde,Post\nF-1,Ben,ben.form@example.com\n"));
        await visit.Page.GetByRole(AriaRole.Button, new() { Name = "Import", Exact = true }).ClickAsync();
        await Expect(visit.Heading).ToHaveTextAsync("Import of customers");
        await Poll.UntilAsync(
            async () =>
            {
                await visit.Page.ReloadAsync();
                return ImportedRegex().IsMatch(await visit.Main.InnerTextAsync());
            },
            "the import to be over");
        Assert.Equal("Ben", (await Api.GetFromJsonAsync<JsonElement>("/customers/F-1", Cancellation)).Text("name"));
    }

    [Fact]
    public async Task A_viewer_sees_imports_and_can_begin_none()
    {
        await Graph.Showcase.ReadyAsync(Services);
        var visit = await VisitAsync("viewer");
        await visit.GoAsync("/app/imports");
        await Expect(visit.Main.GetByRole(AriaRole.Link).First).ToBeVisibleAsync();
        await Expect(visit.Main.Locator($"a[href='{NewImport}']")).ToHaveCountAsync(0);
        visit.Expect(403);
        await visit.GoAsync(NewImport);
        await Expect(visit.Heading).ToHaveTextAsync("You are not allowed to do this");
    }

    private static async Task ChooseAsync(Visit visit, string file)
    {
        await visit.GoAsync(NewImport);
        await visit.Page.GetByLabel("CSV file").SetInputFilesAsync(file);
        await Expect(visit.Page.Locator("#mapping")).ToBeVisibleAsync();
    }

    /// <summary>Written as a spreadsheet of the time writes it.</summary>
    private string File(string name, string text)
    {
        var path = folder.File(name);
        System.IO.File.WriteAllBytes(path, Windows1252(text));
        return path;
    }

    // Latin 1 but for these.
    private static byte[] Windows1252(string text) =>
        [.. text.Select(letter => letter switch { '’' => (byte)0x92, 'Œ' => (byte)0x8C, _ => Encoding.Latin1.GetBytes([letter])[0] })];

    [GeneratedRegex("All customers are in")]
    private static partial Regex ImportedRegex();
}
