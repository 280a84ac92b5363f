using XenoCrm.Core;
using XenoCrm.Core.Customers;
using XenoCrm.Core.Imports;
using XenoCrm.Core.Orders;
using XenoCrm.Core.Rows;

namespace XenoCrm.Tests.Imports;

/// <summary>What every store of imports holds to.</summary>
public abstract class ImportStoreContract
{
    private int started;

    protected static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    protected abstract ICustomerStore Customers { get; }

    protected abstract IImportStore Imports { get; }

    /// <summary>The moment at which the store's clock stands.</summary>
    protected abstract DateTimeOffset Now { get; }

    [Fact]
    public async Task A_batch_moves_the_checkpoint_past_its_rows()
    {
        var import = await StartAsync(ImportKind.Customers);
        var batch = new RowBatch<CustomerChange>();
        batch.Add(2, Customer("c1", "mara@example.com"));
        batch.Refuse(3, [new FieldError("email", "No address."), new FieldError("city", "Too long.")]);
        batch.Add(5, Customer("c2", "bo@example.com"));

        import = await Imports.StoreAsync(import, batch, Cancellation);

        Assert.Equal((3, 2, 1), (import.Tally.Rows, import.Tally.Accepted, import.Tally.Rejected));
        Assert.Equal([new RowError(3, "email", "No address."), new RowError(3, "city", "Too long.")], import.Tally.Errors);
        Assert.Equivalent(import, await Imports.FindAsync(import.Id, Cancellation), strict: true);
        Assert.NotNull(await Customers.FindAsync("c2", Cancellation));
    }

    [Fact]
    public async Task A_row_that_the_store_refuses_is_an_error_at_its_line()
    {
        var import = await StartAsync(ImportKind.Customers);
        var batch = new RowBatch<CustomerChange>();
        batch.Add(2, Customer("c1", "mara@example.com"));
        batch.Add(3, Customer("c2", "mara@example.com"));
        batch.Refuse(4, [new FieldError("email", "No address.")]);

        import = await Imports.StoreAsync(import, batch, Cancellation);

        Assert.Equal((3, 1, 2), (import.Tally.Rows, import.Tally.Accepted, import.Tally.Rejected));
        Assert.Equal([(3, "email"), (4, "email")], import.Tally.Errors.Select(error => (error.Row, error.Field)));
    }

    [Fact]
    public async Task A_batch_from_an_older_checkpoint_is_refused_with_its_rows()
    {
        var start = await StartAsync(ImportKind.Orders);
        await Imports.StoreAsync(start, Orders(2, "o1"), Cancellation);

        await Customers.UpsertAsync([Customer("c1", "mara@example.com")], Cancellation);
        await Assert.ThrowsAsync<ImportMovedException>(() => Imports.StoreAsync(start, Orders(3, "o2"), Cancellation));

        Assert.Equal(1, (await Customers.FindAsync("c1", Cancellation))!.OrderCount);
        Assert.Equal(1, (await Imports.FindAsync(start.Id, Cancellation))!.Tally.Rows);
    }

    [Fact]
    public async Task An_order_that_is_known_is_accepted_and_counts_once()
    {
        await Customers.UpsertAsync([Customer("c1", "mara@example.com")], Cancellation);
        var import = await StartAsync(ImportKind.Orders);

        import = await Imports.StoreAsync(import, Orders(2, "o1"), Cancellation);
        import = await Imports.StoreAsync(import, Orders(3, "o1", "o1", "o2"), Cancellation);

        Assert.Equal((4, 4, 0), (import.Tally.Rows, import.Tally.Accepted, import.Tally.Rejected));
        Assert.Equal(2, (await Customers.FindAsync("c1", Cancellation))!.OrderCount);
    }

    [Fact]
    public async Task Only_the_first_errors_are_told_and_every_rejected_row_is_counted()
    {
        var import = await StartAsync(ImportKind.Orders);
        for (var i = 0; i < 3; i++)
        {
            var batch = new RowBatch<Order>();
            for (var line = 0; line < 60; line++)
            {
                batch.Refuse((i * 60) + line + 2, [new FieldError("amount", "Not a number.")]);
            }

            import = await Imports.StoreAsync(import, batch, Cancellation);
        }

        Assert.Equal(180, import.Tally.Rejected);
        Assert.Equal(Enumerable.Range(2, RowError.MaxTold).Select(line => (long)line), import.Tally.Errors.Select(error => error.Row));
    }

    [Fact]
    public async Task Every_rejected_row_is_kept_page_by_page_in_the_files_order()
    {
        var import = await StartAsync(ImportKind.Customers);
        for (var i = 0; i < 3; i++)
        {
            var batch = new RowBatch<CustomerChange>();
            batch.Add((i * 61) + 2, new CustomerChange { Id = $"nameless{i}" });
            for (var line = 0; line < 60; line++)
            {
                batch.Refuse((i * 61) + line + 3, [new FieldError("email", "No address.")]);
            }

            import = await Imports.StoreAsync(import, batch, Cancellation);
        }

        var rejected = new List<RowError>();
        string? cursor = null;
        do
        {
            var page = await Imports.ListRejectedAsync(import.Id, new PageRequest(50, cursor), Cancellation);
            rejected.AddRange(page.Items);
            cursor = page.NextCursor;
        }
        while (cursor is not null);

        Assert.Equal(Enumerable.Range(2, 183).Select(line => (long)line), rejected.Select(error => error.Row));
        Assert.Equal(("name", "email"), (rejected[61].Field, rejected[62].Field));
        Assert.Empty((await Imports.ListRejectedAsync("none", new PageRequest(50, null), Cancellation)).Items);
    }

    [Fact]
    public async Task A_batch_that_is_refused_leaves_no_rejected_rows()
    {
        var start = await StartAsync(ImportKind.Orders);
        await Imports.StoreAsync(start, Orders(2, "o1"), Cancellation);
        var batch = new RowBatch<Order>();
        batch.Refuse(3, [new FieldError("amount", "Not a number.")]);

        await Assert.ThrowsAsync<ImportMovedException>(() => Imports.StoreAsync(start, batch, Cancellation));

        Assert.Empty((await Imports.ListRejectedAsync(start.Id, new PageRequest(50, null), Cancellation)).Items);
    }

    [Fact]
    public async Task How_a_file_is_written_is_kept_and_imports_are_listed_newest_first()
    {
        var form = new ImportForm
        {
            Encoding = "Windows-1252",
            Separator = ';',
            HasHint = true,
            Columns = [new ImportColumn("E-Mail", "email"), new ImportColumn("Notes", null)],
            Dates = "dmy",
            Rows = 2500,
            DryRun = true,
        };
        var first = await StartAsync(ImportKind.Orders);
        var second = await StartAsync(ImportKind.Customers, form: form);

        Assert.Equivalent(form, (await Imports.FindAsync(second.Id, Cancellation))!.Form, strict: true);
        var page = await Imports.ListAsync(new PageRequest(1, null), Cancellation);
        var next = await Imports.ListAsync(new PageRequest(5, page.NextCursor), Cancellation);
        Assert.Equal([second.Id, first.Id], page.Items.Concat(next.Items).Select(import => import.Id));
        Assert.Null(next.Items[0].Form);
    }

    [Fact]
    public async Task A_dry_run_judges_rows_and_stores_none()
    {
        await Customers.UpsertAsync([Customer("c1", "mara@example.com")], Cancellation);
        var form = new ImportForm { Encoding = "UTF-8", Separator = ',', Columns = [new ImportColumn("id", "id")], DryRun = true };
        var people = await StartAsync(ImportKind.Customers, form: form);
        var bought = await StartAsync(ImportKind.Orders, form: form);
        var rows = new RowBatch<CustomerChange>();
        rows.Add(2, new CustomerChange { Id = "c1", City = "Pune" });
        rows.Add(3, Customer("c2", "bo@example.com"));
        rows.Add(4, new CustomerChange { Id = "c2", City = "Pune" });
        rows.Add(5, new CustomerChange { Id = "c3" });
        rows.Add(6, Customer("c4", "mara@example.com"));
        rows.Add(7, Customer("c1", "moved@example.com"));
        rows.Add(8, Customer("c4", "mara@example.com"));

        people = await Imports.StoreAsync(people, rows, Cancellation);
        bought = await Imports.StoreAsync(bought, Orders(2, "o1", "o2"), Cancellation);

        Assert.Equal((7, 5, 2), (people.Tally.Rows, people.Tally.Accepted, people.Tally.Rejected));
        Assert.Equal([(5, "name"), (6, "email")], people.Tally.Errors.Select(error => (error.Row, error.Field)));
        Assert.Equal((2, 2, 0), (bought.Tally.Rows, bought.Tally.Accepted, bought.Tally.Rejected));
        var customer = Assert.Single((await Customers.ListAsync(null, new PageRequest(10, null), Cancellation)).Items);
        Assert.Equal(("c1", null, "mara@example.com", 0), (customer.Id, customer.City, customer.Email, customer.OrderCount));
        Assert.Equal(2, (await Imports.ListRejectedAsync(people.Id, new PageRequest(10, null), Cancellation)).Items.Count);
    }

    [Fact]
    public async Task An_import_runs_until_it_is_ended()
    {
        var first = await StartAsync(ImportKind.Orders);
        var second = await StartAsync(ImportKind.Customers);

        await Imports.EndAsync(first.Id, ImportStatus.Failed, "The file is gone.", Cancellation);

        Assert.Equal([second.Id], (await Imports.ListRunningAsync(Cancellation)).Select(import => import.Id));
        var ended = (await Imports.FindAsync(first.Id, Cancellation))!;
        Assert.Equal((ImportStatus.Failed, "The file is gone.", Now), (ended.Status, ended.Message, ended.CompletedAt));
    }

    [Fact]
    public async Task It_is_kept_who_has_the_file()
    {
        var import = new Import
        {
            Id = Guid.CreateVersion7(Now).ToString(),
            Kind = ImportKind.Orders,
            Status = ImportStatus.Running,
            Replica = "api-1",
            CreatedAt = Now,
        };
        await Imports.AddAsync(import, Cancellation);

        Assert.Equal("api-1", Assert.Single(await Imports.ListRunningAsync(Cancellation)).Replica);
    }

    [Fact]
    public async Task What_has_ended_takes_no_more_rows_and_ends_once()
    {
        var import = await StartAsync(ImportKind.Orders);
        await Imports.EndAsync(import.Id, ImportStatus.Completed, null, Cancellation);

        await Assert.ThrowsAsync<ImportMovedException>(() => Imports.StoreAsync(import, Orders(2, "o1"), Cancellation));
        await Imports.EndAsync(import.Id, ImportStatus.Failed, "Too late.", Cancellation);

        Assert.Equal(ImportStatus.Completed, (await Imports.FindAsync(import.Id, Cancellation))!.Status);
    }

    [Fact]
    public async Task A_file_that_was_there_before_an_erasure_does_not_bring_the_person_back()
    {
        await Customers.UpsertAsync([Customer("c1", "Mara@Example.com"), Customer("c2", "bo@example.com")], Cancellation);
        var people = await StartAsync(ImportKind.Customers);
        var bought = await StartAsync(ImportKind.Orders);
        await Customers.EraseAsync("c1", Cancellation);

        var rows = new RowBatch<CustomerChange>();
        rows.Add(2, Customer("c2", "bo@example.com"));
        rows.Add(3, Customer("c1", "other@example.com"));
        rows.Add(4, new CustomerChange { Name = "Mara", Email = "mara@example.com" });
        people = await Imports.StoreAsync(people, rows, Cancellation);
        Assert.Equal((3, 1, 2), (people.Tally.Rows, people.Tally.Accepted, people.Tally.Rejected));
        Assert.Equal([3, 4], people.Tally.Errors.Select(error => error.Row));
        Assert.Equal(
            ["c2"], (await Customers.ListAsync(null, new PageRequest(10, null), Cancellation)).Items.Select(customer => customer.Id));

        var orders = new RowBatch<Order>();
        orders.Add(2, new Order { Id = "o1", CustomerEmail = "mara@example.com", Amount = 1, PlacedAt = Now });
        orders.Add(3, new Order { Id = "o2", CustomerId = "c2", Amount = 1, PlacedAt = Now });
        bought = await Imports.StoreAsync(bought, orders, Cancellation);
        Assert.Equal((2, 1, 1), (bought.Tally.Rows, bought.Tally.Accepted, bought.Tally.Rejected));
        Assert.Equal(1, (await Customers.FindAsync("c2", Cancellation))!.OrderCount);
    }

    [Fact]
    public async Task A_file_that_comes_after_an_erasure_is_new_and_is_taken()
    {
        await Customers.UpsertAsync([Customer("c1", "mara@example.com")], Cancellation);
        await Customers.EraseAsync("c1", Cancellation);
        var import = await StartAsync(ImportKind.Customers, Now.AddHours(1));
        var rows = new RowBatch<CustomerChange>();
        rows.Add(2, Customer("c1", "mara@example.com"));

        await Imports.StoreAsync(import, rows, Cancellation);

        Assert.NotNull(await Customers.FindAsync("c1", Cancellation));
    }

    private async Task<Import> StartAsync(ImportKind kind, DateTimeOffset? at = null, ImportForm? form = null)
    {
        // A millisecond apart, so that the ids stand in the order of the calls.
        var id = Guid.CreateVersion7(Now.AddMilliseconds(started++)).ToString();
        var import = new Import { Id = id, Kind = kind, Status = ImportStatus.Running, CreatedAt = at ?? Now, Form = form };
        await Imports.AddAsync(import, Cancellation);
        return import;
    }

    private static CustomerChange Customer(string id, string email) => new() { Id = id, Name = id, Email = email };

    private RowBatch<Order> Orders(long line, params string[] ids)
    {
        var batch = new RowBatch<Order>();
        foreach (var id in ids)
        {
            batch.Add(line++, new Order { Id = id, CustomerId = "c1", Amount = 1, PlacedAt = Now });
        }

        return batch;
    }
}
