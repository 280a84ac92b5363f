using XenoCrm.Core;
using XenoCrm.Core.Campaigns;
using XenoCrm.Core.Customers;
using XenoCrm.Core.Imports;
using XenoCrm.Core.Rows;
using XenoCrm.Core.Rules;
using XenoCrm.Core.Segments;
using XenoCrm.Core.Suppressions;
using XenoCrm.Tests.Support;

namespace XenoCrm.Tests.Suppressions;

/// <summary>What the application may rely on of any store's suppression list.</summary>
public abstract class SuppressionStoreContract
{
    private static readonly DateTimeOffset Now = new(2026, 11, 1, 9, 0, 0, TimeSpan.Zero);

    private protected static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private protected abstract ISuppressionStore Suppressions { get; }

    private protected abstract ICustomerStore Customers { get; }

    private protected abstract ISegmentStore Segments { get; }

    private protected abstract ICampaignStore Campaigns { get; }

    private protected abstract IOutbox Outbox { get; }

    private protected abstract IImportStore Imports { get; }

    [Fact]
    public async Task An_address_comes_onto_the_list_once_and_its_first_entry_stays()
    {
        var (first, isNew) = await AddAsync("Gone@Example.com", SuppressionReason.Bounced, Now, "mara@example.com");
        var (second, isNewAgain) = await AddAsync("gone@example.com", SuppressionReason.Complaint, Now.AddDays(1), "bo@example.com");

        Assert.Equal((true, false), (isNew, isNewAgain));
        Assert.Equal(first, second);
        Assert.Equal(
            (AddressKind.Email, SuppressionReason.Bounced, Now, "mara@example.com"), (first.Kind, first.Reason, first.At, first.By));
        Assert.Equal(first, await Suppressions.FindAsync([ContactAddress.OfEmail("GONE@example.com")], Cancellation));
        Assert.Equal(1, await Suppressions.CountAsync(Cancellation));
    }

    [Fact]
    public async Task The_list_is_told_page_by_page_newest_first()
    {
        var added = new List<Suppression>();
        for (var i = 0; i < 5; i++)
        {
            added.Add((await AddAsync($"c{i}@example.com", SuppressionReason.Manual, Now.AddMinutes(i / 2))).Entry);
        }

        var listed = new List<Suppression>();
        string? cursor = null;
        do
        {
            var page = await Suppressions.ListAsync(new PageRequest(2, cursor), Cancellation);
            listed.AddRange(page.Items);
            cursor = page.NextCursor;
        }
        while (cursor is not null);

        Assert.Equal(
            added.OrderByDescending(entry => entry.At).ThenByDescending(entry => entry.Hash, StringComparer.Ordinal), listed);
        await Assert.ThrowsAsync<InvalidCursorException>(() => Suppressions.ListAsync(new PageRequest(2, "!!"), Cancellation));
    }

    [Fact]
    public async Task Who_is_on_it_is_counted_once_and_is_in_no_audience()
    {
        await UpsertAsync(
            new CustomerChange { Id = "c0", Name = "A", Email = "c0@example.com" },
            new CustomerChange { Id = "c1", Name = "B", Email = "C1@example.com" },
            new CustomerChange { Id = "c2", Name = "C", Email = "c2@example.com", Unsubscribed = true },
            new CustomerChange { Id = "c3", Name = "D", Phone = "+49 30 123456", PhoneE164 = "+4930123456" },
            new CustomerChange { Id = "c4", Name = "E", Email = "c4@example.com", Phone = "+49 30 123456", PhoneE164 = "+4930123456" },
            new CustomerChange { Id = "c5", Name = "F" });
        await AddAsync("c1@example.com");
        await AddAsync("c2@example.com");
        await AddPhoneAsync("+49 30 123456", "+4930123456");

        Assert.Equal(new AudienceCount(Matching: 6, Unsubscribed: 1, Suppressed: 2, NoAddress: 1), await CountAsync());
        Assert.Equal(["c0", "c4"], await AudienceAsync());
    }

    [Fact]
    public async Task It_holds_for_customers_who_come_or_get_the_address_later()
    {
        await UpsertAsync(new CustomerChange { Id = "c1", Name = "B", Email = "old@example.com" });
        await AddAsync("gone@example.com");
        await AddPhoneAsync("+49 30 123456", "+4930123456");
        Assert.Equal(["c1"], await AudienceAsync());

        await UpsertAsync(new CustomerChange { Id = "c0", Name = "A", Email = "Gone@example.com" });
        await UpsertAsync(new CustomerChange { Id = "c2", Name = "C", Phone = "030 / 123456", PhoneE164 = "+4930123456" });
        Assert.Equal(["c1"], await AudienceAsync());

        // One gives the address up and the other one takes it; without an address of theirs the number counts.
        await UpsertAsync(new CustomerChange { Id = "c0", Email = "new@example.com" });
        await UpsertAsync(
            new CustomerChange { Id = "c1", Email = "gone@example.com" }, new CustomerChange { Id = "c2", Email = "c2@example.com" });
        Assert.Equal(["c0", "c2"], await AudienceAsync());
        await UpsertAsync(new CustomerChange { Id = "c2", Email = "" }, new CustomerChange { Id = "c0", City = "Pune" });
        Assert.Equal(["c0"], await AudienceAsync());
        Assert.Equal(2, (await CountAsync()).Suppressed);
    }

    [Fact]
    public async Task An_address_that_is_taken_off_is_written_to_again()
    {
        await UpsertAsync(
            new CustomerChange { Id = "c0", Name = "A", Email = "c0@example.com" },
            new CustomerChange { Id = "c1", Name = "B", Phone = "+49 30 123456", PhoneE164 = "+4930123456" });
        var (entry, _) = await AddAsync("c0@example.com");
        await AddPhoneAsync("+4930123456", "+4930123456");
        Assert.Empty(await AudienceAsync());

        Assert.Equal(entry, await Suppressions.RemoveAsync([ContactAddress.OfEmail("C0@example.com")], Cancellation));
        Assert.Equal(["c0"], await AudienceAsync());
        Assert.NotNull(await Suppressions.RemoveAsync(
            [.. ContactAddress.FormsOfPhone("+49 30 12 34 56", "+4930123456")], Cancellation));
        Assert.Equal(["c0", "c1"], await AudienceAsync());
        Assert.Null(await Suppressions.RemoveAsync([ContactAddress.OfEmail("c0@example.com")], Cancellation));
        Assert.Equal(0, await Suppressions.CountAsync(Cancellation));
    }

    [Theory]
    [InlineData("+91 98765 43210", "+919876543210", "098765 43210", "+919876543210")]
    [InlineData("098765 43210", "+919876543210", "+91 (98765) 43210", "+919876543210")]
    [InlineData("098765 43210", null, "(098765) 43210", null)]
    [InlineData("98111 22233", null, "+91 98111 22233", "+919811122233")]
    [InlineData("098765 43210", null, "+91 98765 43210", "+919876543210")]
    public async Task A_telephone_number_is_found_however_it_is_written(string listed, string? listedE164, string phone, string? e164)
    {
        var person = new CustomerChange { Id = "p", Name = "P", Phone = phone, PhoneE164 = e164 };
        var other = new CustomerChange { Id = "q", Name = "Q", Phone = "+91 98765 43211", PhoneE164 = "+919876543211" };
        await UpsertAsync(person, other);
        var id = await LaunchAsync(("p", e164 ?? phone), ("q", "+919876543211"));
        await AddPhoneAsync(listed, listedE164);

        Assert.Equal(["q"], await AudienceAsync());
        Assert.Equal(["p suppressed", "q "], await LeasedAsync(id));
        await Customers.EraseAsync("p", Cancellation);
        await UpsertAsync(person);
        Assert.Equal(["q"], await AudienceAsync());
    }

    [Fact]
    public async Task A_lease_asks_the_list_itself_and_who_is_unsubscribed_too_is_unsubscribed()
    {
        await UpsertAsync(
            new CustomerChange { Id = "c0", Name = "A", Email = "c0@example.com" },
            new CustomerChange { Id = "c1", Name = "B", Email = "c1@example.com" },
            new CustomerChange { Id = "c2", Name = "C", Email = "c2@example.com" },
            new CustomerChange { Id = "c3", Name = "D", Email = "c3@example.com" });
        var id = await LaunchAsync(
            ("c0", "c0@example.com"), ("c1", "C1@example.com"), ("c2", "c2@example.com"), ("c3", "c3@example.com"));
        await AddAsync("c1@example.com");
        await AddAsync("c2@example.com");
        await UpsertAsync(
            new CustomerChange { Id = "c2", Unsubscribed = true }, new CustomerChange { Id = "c3", Email = "c9@example.com" });

        Assert.Equal(["c0 ", "c1 suppressed", "c2 unsubscribed", "c3 no address"], await LeasedAsync(id));
    }

    [Fact]
    public async Task A_row_for_an_address_that_is_listed_while_it_waits_is_not_sent_and_one_that_is_taken_off_is()
    {
        await UpsertAsync(
            new CustomerChange { Id = "c0", Name = "A", Email = "c0@example.com" },
            new CustomerChange { Id = "c1", Name = "B", Email = "c1@example.com" });
        var id = await LaunchAsync(("c0", "c0@example.com"), ("c1", "c1@example.com"));
        await AddAsync("c0@example.com");
        var rows = await Outbox.LeaseAsync(id, 10, Now, Now.AddMinutes(1), null, Cancellation);
        await Outbox.RecordAsync(
            [.. rows.Select(row => new SendResult.Waits(row.MessageId, Now, MaybeHanded: false))], Now, Cancellation);
        await Suppressions.RemoveAsync([ContactAddress.OfEmail("c0@example.com")], Cancellation);
        await AddAsync("c1@example.com");

        Assert.Equal(["c0 ", "c1 suppressed"], await LeasedAsync(id));
    }

    [Fact]
    public async Task Who_had_unsubscribed_and_is_erased_stays_on_the_list_and_who_had_not_does_not_come_onto_it()
    {
        var gone = new CustomerChange
        {
            Id = "c0",
            Name = "A",
            Email = "c0@example.com",
            Phone = "+49 30 123456",
            PhoneE164 = "+4930123456",
            Unsubscribed = true,
        };
        await UpsertAsync(gone, new CustomerChange { Id = "c1", Name = "B", Email = "c1@example.com" });
        Assert.True(await Customers.EraseAsync("c0", Cancellation));
        Assert.True(await Customers.EraseAsync("c1", Cancellation));

        var entry = (await Suppressions.FindAsync([ContactAddress.OfEmail("c0@example.com")], Cancellation))!;
        Assert.Equal((SuppressionReason.Unsubscribed, "erasure"), (entry.Reason, entry.By));
        Assert.NotNull(await Suppressions.FindAsync([ContactAddress.OfPhone("030 123456", "+4930123456")], Cancellation));
        Assert.Equal(2, await Suppressions.CountAsync(Cancellation));
        await UpsertAsync(
            gone with { Id = "again", Unsubscribed = null }, new CustomerChange { Id = "c1", Name = "B", Email = "c1@example.com" });
        Assert.Equal(["c1"], await AudienceAsync());
        Assert.Equal(new AudienceCount(2, Unsubscribed: 0, Suppressed: 1, NoAddress: 0), await CountAsync());
    }

    [Fact]
    public async Task A_list_comes_from_a_file_once_and_a_dry_run_of_one_stores_nothing()
    {
        await UpsertAsync(new CustomerChange { Id = "c0", Name = "A", Email = "c0@example.com" });
        await AddAsync("known@example.com", SuppressionReason.Complaint);
        foreach (var isDry in new[] { true, false, false })
        {
            var import = new Import
            {
                Id = Guid.CreateVersion7().ToString(),
                Kind = ImportKind.Suppressions,
                Status = ImportStatus.Running,
                CreatedAt = Now,
                By = "mara@example.com",
                Form = new ImportForm { Encoding = "UTF-8", Separator = ',', Columns = [], DryRun = isDry },
            };
            await Imports.AddAsync(import, Cancellation);
            var batch = new RowBatch<SuppressionRow>();
            batch.Add(2, new SuppressionRow(ContactAddress.OfEmail("c0@example.com"), SuppressionReason.Bounced));
            batch.Add(3, new SuppressionRow(ContactAddress.OfEmail("known@example.com"), SuppressionReason.Bounced));
            batch.Add(4, new SuppressionRow(ContactAddress.OfPhone("+4930123456", "+4930123456"), SuppressionReason.Manual));
            batch.Refuse(5, [new FieldError("address", "none")]);
            var moved = await Imports.StoreAsync(import, batch, Cancellation);

            Assert.Equal((4L, 3L, 1L), (moved.Tally.Rows, moved.Tally.Accepted, moved.Tally.Rejected));
            Assert.Equal(isDry ? 1 : 3, await Suppressions.CountAsync(Cancellation));
            Assert.Equal(isDry ? 1 : 0, (await AudienceAsync()).Count);
            Assert.Equal(import.By, (await Imports.FindAsync(import.Id, Cancellation))!.By);
            await Assert.ThrowsAsync<ImportMovedException>(() => Imports.StoreAsync(import, batch, Cancellation));
        }

        var entry = (await Suppressions.FindAsync([ContactAddress.OfEmail("c0@example.com")], Cancellation))!;
        Assert.Equal((SuppressionReason.Bounced, "mara@example.com"), (entry.Reason, entry.By));
        entry = (await Suppressions.FindAsync([ContactAddress.OfEmail("known@example.com")], Cancellation))!;
        Assert.Equal(SuppressionReason.Complaint, entry.Reason);
    }

    [Fact]
    public async Task Flags_are_right_after_customers_and_the_list_have_changed_side_by_side()
    {
        // Addresses wander between customers, onto the list and off it, all at once; what is left must agree.
        string[] addresses = [.. Enumerable.Range(0, 6).Select(i => $"a{i}@example.com")];
        var people = Enumerable.Range(0, 6).Select(async person =>
        {
            var random = new Random(person);
            for (var i = 0; i < 15; i++)
            {
                await Customers.UpsertAsync(
                    [new CustomerChange { Id = $"c{person}", Name = "N", Email = addresses[random.Next(6)] }], Cancellation);
            }
        });
        var lists = Enumerable.Range(0, 4).Select(async one =>
        {
            var random = new Random(100 + one);
            for (var i = 0; i < 15; i++)
            {
                var address = addresses[random.Next(6)];
                await (random.Next(2) == 0
                    ? AddAsync(address)
                    : (Task)Suppressions.RemoveAsync([ContactAddress.OfEmail(address)], Cancellation));
            }
        });
        await Task.WhenAll(people.Concat(lists));

        var reachable = new List<string>();
        foreach (var customer in (await Customers.ListAsync((string?)null, new PageRequest(10, null), Cancellation)).Items)
        {
            if (await Suppressions.FindAsync([ContactAddress.OfEmail(customer.Email!)], Cancellation) is null)
            {
                reachable.Add(customer.Id);
            }
        }

        Assert.Equal(reachable, await AudienceAsync());
    }

    [Fact]
    public async Task By_one_channel_it_is_that_address_that_counts_as_suppressed()
    {
        await UpsertAsync(new CustomerChange
        {
            Id = "c1",
            Name = "Mara",
            Email = "mara@example.com",
            Phone = "+4930123456",
            PhoneE164 = "+4930123456",
        });
        await AddAsync("mara@example.com");
        var byEmail = await Segments.CountAudienceAsync(new Everyone(), AddressKind.Email, Now, Cancellation);
        var byPhone = await Segments.CountAudienceAsync(new Everyone(), AddressKind.Phone, Now, Cancellation);
        Assert.Equal((1, 0), (byEmail.Suppressed, byEmail.Reachable));
        Assert.Equal((0, 1), (byPhone.Suppressed, byPhone.Reachable));
        Assert.Empty(await Segments.StreamAudienceAsync(new Everyone(), AddressKind.Email, Now, Cancellation).ToListAsync(Cancellation));
        Assert.Single(await Segments.StreamAudienceAsync(new Everyone(), AddressKind.Phone, Now, Cancellation).ToListAsync(Cancellation));
    }

    private protected Task<(Suppression Entry, bool IsNew)> AddAsync(
        string email, SuppressionReason reason = SuppressionReason.Manual, DateTimeOffset? at = null, string by = "mara@example.com") =>
        Suppressions.AddAsync(new NewSuppression(ContactAddress.OfEmail(email), reason, at ?? Now, by), Cancellation);

    private Task<(Suppression Entry, bool IsNew)> AddPhoneAsync(string phone, string? e164) => Suppressions.AddAsync(
        new NewSuppression(ContactAddress.OfPhone(phone, e164), SuppressionReason.Manual, Now, "mara@example.com"), Cancellation);

    private protected Task UpsertAsync(params CustomerChange[] changes) => Customers.UpsertAsync(changes, Cancellation);

    private Task<AudienceCount> CountAsync() => Segments.CountAudienceAsync(new Everyone(), Now, Cancellation);

    private protected async Task<List<string>> AudienceAsync() => await Segments.StreamAudienceAsync(new Everyone(), Now, Cancellation)
        .Select(customer => customer.Id)
        .ToListAsync(Cancellation);

    private protected async Task<string> LaunchAsync(params (string Customer, string Recipient)[] rows)
    {
        var campaign = NewCampaigns.Of(Guid.CreateVersion7().ToString(), Now, TimeSpan.FromSeconds(30));
        await Campaigns.BeginAsync(campaign, Cancellation);
        await Campaigns.AppendLogBatchAsync(
            new(campaign.Campaign.Id),
            [.. rows.Select(row => new NewLogEntry(Guid.CreateVersion7().ToString(), row.Customer, row.Recipient, "Hi", Now))],
            Now.AddMinutes(1), Cancellation);
        await Campaigns.StartAsync(new(campaign.Campaign.Id), Now, [], Cancellation);
        return campaign.Campaign.Id;
    }

    /// <summary>Each leased row's customer and why it is not sent.</summary>
    private protected async Task<IEnumerable<string>> LeasedAsync(string campaignId)
    {
        var rows = await Outbox.LeaseAsync(campaignId, 100, Now, Now.AddMinutes(1), null, Cancellation);
        var log = (await Campaigns.ListLogAsync(campaignId, LogFilter.All, new PageRequest(100, null), Cancellation))!.Items
            .ToDictionary(row => row.Id, row => row.CustomerId);
        return rows.Select(row => $"{log[row.MessageId.LogId]} {row.SkipReason}").Order(StringComparer.Ordinal);
    }
}
