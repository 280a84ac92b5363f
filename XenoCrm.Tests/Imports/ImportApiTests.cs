using System.Net;
using XenoCrm.Tests.Support;

namespace XenoCrm.Tests.Imports;

public sealed class ImportApiTests(SignedInServer server) : IClassFixture<SignedInServer>
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Customers_come_from_a_file_with_all_their_columns()
    {
        var import = await server.Client.ImportAsync("/customers/import", """
            ID, name ,email,phone,city,country,tags,createdAt,unsubscribed,attributes.plan,attributes.seats,attributes.trial,attributes.code
            full,"Lane, Zoë",zoe@example.com,+49 30 1234,Köln,DE,vip| early |VIP|,2026-01-02 03:04,TRUE,gold,3.50,false,00123

            """);

        Assert.Equal(("completed", 1, 1, 0), import.Balance());
        var customer = await server.GetAsync("/customers/full");
        Assert.Equal(
            ("Lane, Zoë", "zoe@example.com", "+49 30 1234", "Köln", "DE", "2026-01-02T03:04:00Z", true),
            (
                customer.Text("name"),
                customer.Text("email"),
                customer.Text("phone"),
                customer.Text("city"),
                customer.Text("country"),
                customer.Text("createdAt"),
                customer.GetProperty("unsubscribed").GetBoolean()));
        Assert.Equal("""["vip","early"]""", customer.GetProperty("tags").GetRawText());
        Assert.Equal("""{"plan":"gold","seats":3.5,"trial":false,"code":"00123"}""", customer.GetProperty("attributes").GetRawText());
    }

    [Fact]
    public async Task Orders_come_from_a_file_and_count_once()
    {
        const string csv = """
            id,customerId,customerEmail,amount,placedAt,items
            f1,file,,10.50,2026-03-04,"[{""sku"":""a""}]"
            f2,,FILE@example.com,0.25,2026-03-05 06:07:08,
            f2,,file@example.com,0.25,2026-03-05 06:07:08,
            """;
        await server.PostAsync("/customers", """{"id":"file","name":"File","email":"file@example.com"}""");

        Assert.Equal(("completed", 3, 3, 0), (await server.Client.ImportAsync("/orders/import", csv)).Balance());
        Assert.Equal(("completed", 3, 3, 0), (await server.Client.ImportAsync("/orders/import", csv)).Balance());

        var customer = await server.GetAsync("/customers/file");
        Assert.Equal(
            (10.75m, 2, "2026-03-05T06:07:08Z"),
            (customer.GetProperty("totalSpend").GetDecimal(), customer.Int("orderCount"), customer.Text("lastOrderAt")));
    }

    [Theory]
    [InlineData("\n")]
    [InlineData("\r\n")]
    [InlineData("\r")]
    public async Task A_rejected_row_is_named_by_its_line_in_the_file(string lineEnd)
    {
        var csv = """
            id,name,email,city
            l1,"Mara

            Lane",l1@example.com,Köln
            l2,,l2@example.com,Köln

            l3,"Bo",nobody,Köln
            l4,Too,few
            l5,Too,many@example.com,Köln,DE
            l6,Cara,L1@example.com,Köln
            l7,Good,l7@example.com,Köln
            """.ReplaceLineEndings(lineEnd);

        var import = await server.Client.ImportAsync("/customers/import", "\uFEFF" + csv);

        Assert.Equal(("completed", 7, 2, 5), import.Balance());
        Assert.Equal([(5, "name"), (7, "email"), (8, "email"), (9, "row"), (10, "email")], import.ErrorPlaces());
        Assert.Equal("Mara Lane", (await server.GetAsync("/customers/l1")).Text("name"));
    }

    [Fact]
    public async Task A_row_that_is_refused_is_not_stored()
    {
        var import = await server.Client.ImportAsync("/orders/import", """
            id,customerId,amount,placedAt
            r1,rows,12.345678,2026-03-04
            r2,rows,"1,200.00",2026-03-04
            r3,rows,-1,2026-03-04
            r4,rows,1,4.3.2026
            ,rows,1,2026-03-04
            r6,,1,2026-03-04
            r7,rows,,2026-03-04
            r8,rows,7,
            """);

        Assert.Equal(("completed", 8, 0, 8), import.Balance());
        Assert.Equal(
            [(2, "amount"), (3, "amount"), (4, "amount"), (5, "placedAt"), (6, "id"), (7, "customerId"), (8, "amount"), (9, "placedAt")],
            import.ErrorPlaces());
        await server.PostAsync("/customers", """{"id":"rows","name":"Rows"}""");
        Assert.Equal(0, (await server.GetAsync("/customers/rows")).Int("orderCount"));
    }

    [Fact]
    public async Task An_empty_cell_clears_and_a_column_that_is_not_there_stays()
    {
        await server.PostAsync(
            "/customers",
            """{"id":"cell","name":"Cell","email":"cell@example.com","phone":"12345","city":"Köln","tags":["a"],"attributes":{"k":1},"unsubscribed":true}""");

        await server.Client.ImportAsync("/customers/import", "id,name,city,unsubscribed\ncell,Cell Two,,\n");

        var customer = await server.GetAsync("/customers/cell");
        Assert.Equal(
            ("Cell Two", "12345", null, true),
            (customer.Text("name"), customer.Text("phone"), customer.Text("city"), customer.GetProperty("unsubscribed").GetBoolean()));
        Assert.Equal("""["a"]{"k":1}""", customer.GetProperty("tags").GetRawText() + customer.GetProperty("attributes").GetRawText());
    }

    [Fact]
    public async Task A_file_with_a_header_alone_is_complete_at_once() =>
        Assert.Equal(
            ("completed", 0, 0, 0), (await server.Client.ImportAsync("/orders/import", "id,customerId,amount,placedAt")).Balance());

    [Fact]
    public async Task A_form_gives_its_file_among_other_fields()
    {
        using var form = new MultipartFormDataContent
        {
            { new StringContent("a note"), "note" },
            { new ByteArrayContent("id,name\nform,Form\n"u8.ToArray()), "file", "customers.csv" },
            { new StringContent("another"), "more" },
        };
        using var answer = await server.Client.PostAsync("/customers/import", form, Cancellation);

        Assert.Equal(("completed", 1, 1, 0), (await server.Client.EndAsync(await answer.ImportIdAsync())).Balance());
        Assert.Equal("Form", (await server.GetAsync("/customers/form")).Text("name"));
    }

    [Fact]
    public async Task An_import_that_nobody_began_is_not_found()
    {
        using var answer = await server.Client.GetAsync("/imports/none", Cancellation);
        await answer.ProblemAsync(HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task The_file_of_an_import_that_has_ended_is_removed()
    {
        await server.Client.ImportAsync("/customers/import", "id,name\nfile1,Mara\n");
        await Poll.UntilAsync(() => SpooledFiles().Length == 0, "the file to be removed");
    }

    private string[] SpooledFiles() => Directory.Exists(Folder) ? Directory.GetFiles(Folder) : [];

    private string Folder => Path.Combine(server.Api.DataFolder, "imports");
}
