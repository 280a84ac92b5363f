using XenoCrm.Core;
using XenoCrm.Core.Customers;
using XenoCrm.Core.Orders;
using XenoCrm.Tests.Support;

namespace XenoCrm.Tests.Customers;

/// <summary>What every store of customers holds to.</summary>
public abstract class CustomerStoreContract
{
    protected static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    protected abstract ICustomerStore Customers { get; }

    protected abstract IOrderStore Orders { get; }

    /// <summary>The moment at which the store's clock stands.</summary>
    protected abstract DateTimeOffset Now { get; }

    [Fact]
    public async Task A_new_customer_is_found_as_it_was_given()
    {
        var change = new CustomerChange
        {
            Id = "c1",
            Name = "Zoë Lane",
            Email = "Zoe@Example.com",
            Phone = "+49 30 1234",
            City = "Köln",
            Country = "DE",
            TimeZone = "Europe/Berlin",
            Tags = ["VIP", "early"],
            Attributes = Attributes(("plan", AttributeValue.Of("Gold")), ("seats", AttributeValue.Of(3.5m)), (
                "trial", AttributeValue.Of(false)), ("points", AttributeValue.Of(9007199254740993))),
            CreatedAt = Now.AddDays(-40),
            Unsubscribed = true,
        };

        Assert.Equal(new CustomerResult(CustomerOutcome.Created, "c1"), await UpsertAsync(change));

        var found = await FindAsync("c1");
        Assert.Equal(
            ("c1", "Zoë Lane", "Zoe@Example.com", "+49 30 1234", "Köln", "DE", Now.AddDays(-40), true),
            (found.Id, found.Name, found.Email, found.Phone, found.City, found.Country, found.CreatedAt, found.Unsubscribed));
        Assert.Equal("Europe/Berlin", found.TimeZone);
        Assert.Equal(["VIP", "early"], found.Tags);
        Assert.Equal(change.Attributes, found.Attributes.ToDictionary(pair => pair.Key, pair => (AttributeValue?)pair.Value));
        Assert.Equal((0m, 0, null, null), (found.TotalSpend, found.OrderCount, found.FirstOrderAt, found.LastOrderAt));
    }

    [Fact]
    public async Task The_names_of_many_are_found_at_once_and_who_is_not_there_has_none()
    {
        await UpsertAsync(new CustomerChange { Id = "c1", Name = "Zoë Lane" });
        await UpsertAsync(new CustomerChange { Id = "c2", Name = "Bo" });
        await UpsertAsync(new CustomerChange { Id = "c3", Name = "Al" });
        await Customers.EraseAsync("c2", Cancellation);
        var names = await Customers.FindNamesAsync(["c1", "c2", "c3", "c3", "nobody"], Cancellation);
        Assert.Equal([("c1", "Zoë Lane"), ("c3", "Al")], names.Select(name => (name.Key, name.Value)).Order());
        Assert.Empty(await Customers.FindNamesAsync([], Cancellation));
    }

    [Fact]
    public async Task Words_are_counted_over_customers_and_in_any_spelling()
    {
        Assert.Equivalent(new CustomerWords([], [], [], []), await Customers.CountWordsAsync(2, Cancellation), strict: true);
        static Dictionary<string, AttributeValue?> Attributes(params string[] keys) => keys.ToDictionary(
            key => key, _ => (AttributeValue?)AttributeValue.Of("x"));
        await Customers.UpsertAsync(
            [
                new CustomerChange { Id = "c1", Name = "A", City = "Pune", Country = "India", Tags = ["VIP", "early"],
                    Attributes = Attributes("plan", "Plan") },
                new CustomerChange { Id = "c2", Name = "B", City = "pune", Country = "India", Tags = ["vip"],
                    Attributes = Attributes("plan") },
                new CustomerChange { Id = "c3", Name = "C", City = "Pune", Tags = ["VIP"], Attributes = Attributes("seats") },
                new CustomerChange { Id = "c4", Name = "D", City = "Delhi", Country = "Nepal" },
                new CustomerChange { Id = "c5", Name = "E", City = "Agra" },
            ],
            Cancellation);

        var words = await Customers.CountWordsAsync(2, Cancellation);

        Assert.Equal([new("Pune", 3), new("Agra", 1)], words.Cities);
        Assert.Equal([new("India", 2), new("Nepal", 1)], words.Countries);
        Assert.Equal([new("VIP", 3), new("early", 1)], words.Tags);
        Assert.Equal([new("plan", 2), new("Plan", 1)], words.AttributeKeys);
    }

    [Fact]
    public async Task What_is_not_said_of_a_new_customer_has_its_default()
    {
        await UpsertAsync(new CustomerChange { Id = "c1", Name = "Mara" });

        var found = await FindAsync("c1");
        Assert.Equal(
            (null, null, null, null, Now, false),
            (found.Email, found.Phone, found.City, found.Country, found.CreatedAt, found.Unsubscribed));
        Assert.Empty(found.Tags);
        Assert.Empty(found.Attributes);
    }

    [Fact]
    public async Task What_an_update_does_not_say_stays()
    {
        await UpsertAsync(
            new CustomerChange
            {
                Id = "c1",
                Name = "Mara",
                Email = "mara@example.com",
                City = "Köln",
                Tags = ["vip"],
                Unsubscribed = true
            });

        Assert.Equal(CustomerOutcome.Updated, (await UpsertAsync(new CustomerChange { Id = "c1", Country = "DE" })).Outcome);

        var found = await FindAsync("c1");
        Assert.Equal(
            ("Mara", "mara@example.com", "Köln", "DE", true), (found.Name, found.Email, found.City, found.Country, found.Unsubscribed));
        Assert.Equal(["vip"], found.Tags);
    }

    [Fact]
    public async Task What_an_update_says_is_empty_is_cleared()
    {
        await UpsertAsync(new CustomerChange
        {
            Id = "c1",
            Name = "Mara",
            Email = "mara@example.com",
            City = "Köln",
            Tags = ["vip"],
            Attributes = Attributes(("plan", AttributeValue.Of("gold"))),
        });

        await UpsertAsync(new CustomerChange { Id = "c1", Email = "", City = "", Tags = [], ClearsAttributes = true });

        var found = await FindAsync("c1");
        Assert.Equal((null, null), (found.Email, found.City));
        Assert.Empty(found.Tags);
        Assert.Empty(found.Attributes);
    }

    [Fact]
    public async Task Attributes_are_merged_by_key()
    {
        await UpsertAsync(new CustomerChange
        {
            Id = "c1",
            Name = "Mara",
            Attributes = Attributes(
            ("plan", AttributeValue.Of("gold")), ("seats", AttributeValue.Of(3)), ("loyalty tier", AttributeValue.Of("a")))
        });

        await UpsertAsync(new CustomerChange
        {
            Id = "c1",
            Attributes = Attributes(
            ("seats", AttributeValue.Of(4)), ("trial", AttributeValue.Of(true)), ("loyalty tier", null), ("never there", null))
        });

        Assert.Equal("plan gold, seats 4, trial yes", await AttributesAsync("c1"));
        Assert.Equal(
            ["c1"], await SelectAsync("""{"attributes.seats":4,"attributes.plan":"GOLD","attributes.loyalty tier":{"$exists":false}}"""));
    }

    [Fact]
    public async Task Of_a_batch_each_rows_attributes_come_on_top_of_those_before()
    {
        await UpsertAsync(new CustomerChange { Id = "c1", Name = "Mara", Attributes = Attributes(("old", AttributeValue.Of("x"))) });

        await Customers.UpsertAsync(
            [
                new CustomerChange { Id = "c1", Attributes = Attributes(("a", AttributeValue.Of(1)), ("b", AttributeValue.Of(1))) },
                new CustomerChange { Id = "c1", ClearsAttributes = true },
                new CustomerChange { Id = "c1", Attributes = Attributes(("b", AttributeValue.Of(2)), ("c", AttributeValue.Of(3))) },
                new CustomerChange { Id = "c1", Attributes = Attributes(("c", null)) },
                new CustomerChange { Id = "c2", Name = "New", Attributes = Attributes(("a", AttributeValue.Of(1)), ("b", null)) },
                new CustomerChange { Id = "c2", Attributes = Attributes(("d", AttributeValue.Of(4))) },
            ],
            Cancellation);

        Assert.Equal(("b 2", "a 1, d 4"), (await AttributesAsync("c1"), await AttributesAsync("c2")));
    }

    [Fact]
    public async Task A_telephone_number_is_kept_as_typed_and_in_E164()
    {
        await UpsertAsync(new CustomerChange { Id = "c1", Name = "Mara", Phone = "020 7946 0018", PhoneE164 = "+442079460018" });
        Assert.Equal(("020 7946 0018", "+442079460018", "+442079460018"), await FindAsync("c1") is var mara ? (
            mara.Phone, mara.PhoneE164, mara.Address) : default);

        await UpsertAsync(new CustomerChange { Id = "c1", City = "London" });
        Assert.Equal("+442079460018", (await FindAsync("c1")).PhoneE164);

        await UpsertAsync(new CustomerChange { Id = "c1", Phone = "12345" });
        Assert.Equal(
            ("12345", null, "12345"), await FindAsync("c1") is var changed ? (changed.Phone, changed.PhoneE164, changed.Address) : default);

        await UpsertAsync(new CustomerChange { Id = "c1", Phone = "" });
        Assert.Equal((null, null), await FindAsync("c1") is var cleared ? (cleared.Phone, cleared.PhoneE164) : default);
    }

    [Theory]
    [InlineData("id", "a b c d")]
    [InlineData("-id", "d c b a")]
    [InlineData("name", "c a d b")]
    [InlineData("-name", "b d a c")]
    [InlineData("totalSpend", "c d b a")]
    [InlineData("-totalSpend", "a b d c")]
    [InlineData("orderCount", "c d a b")]
    [InlineData("lastOrderAt", "c d b a")]
    [InlineData("-lastOrderAt", "a b d c")]
    [InlineData("firstOrderAt", "c d b a")]
    [InlineData("createdAt", "b a c d")]
    public async Task A_list_is_sorted_page_by_page_and_what_is_absent_is_less(string sort, string expected)
    {
        await Customers.UpsertAsync(
            [
                new CustomerChange { Id = "a", Name = "Bo", CreatedAt = Now.AddDays(-2) },
                new CustomerChange { Id = "b", Name = "zoe", CreatedAt = Now.AddDays(-3) },
                new CustomerChange { Id = "c", Name = "Ada" },
                new CustomerChange { Id = "d", Name = "Bo" },
            ],
            Cancellation);
        await Orders.AddAsync(
            [
                new Order { Id = "o1", CustomerId = "a", Amount = 1000, PlacedAt = Now.AddDays(3) },
                new Order { Id = "o2", CustomerId = "b", Amount = 20.5m, PlacedAt = Now.AddDays(1) },
                new Order { Id = "o3", CustomerId = "b", Amount = 20, PlacedAt = Now.AddDays(2) },
            ],
            Cancellation);

        foreach (var limit in (int[])[1, 2, 3, 4])
        {
            Assert.Equal(
                expected, string.Join(' ', await ListAsync(new CustomerQuery { Sort = CustomerSort.TryParse(sort)!, Now = Now }, limit)));
        }
    }

    [Fact]
    public async Task A_list_takes_a_rule_a_search_and_an_order_together()
    {
        await Customers.UpsertAsync(
            [.. new[] { "Mara Lane", "Mara Stone", "Bo Lane", "Maria Lane" }.Select(
                (name, i) => new CustomerChange { Id = $"c{i}", Name = name, City = i == 1 ? "Pune" : "Köln" })],
            Cancellation);
        var query =
            new CustomerQuery
            {
                Rule = Core.Rules.RuleJson.Parse("""{"city":"KO\u0308LN"}"""),
                Text = " mar ",
                Sort = new CustomerSort("name", true),
                Now = Now
            };

        Assert.Equal(["c3", "c0"], await ListAsync(query, 1));
        var first = await Customers.ListAsync(query, new PageRequest(1, null), Cancellation);
        await Assert.ThrowsAsync<InvalidCursorException>(
            () => Customers.ListAsync(query with { Rule = null }, new PageRequest(1, first.NextCursor), Cancellation));
    }

    [Theory]
    [InlineData("KO\u0308LN STRASSE")]
    [InlineData("Köln\u00a0 straße")]
    public async Task A_search_finds_what_reads_the_same(string query)
    {
        await UpsertAsync(new CustomerChange { Id = "c1", Name = "Köln Straße" });
        Assert.Equal(["c1"], await ListAsync(new CustomerQuery { Text = query }, 10));
    }

    [Fact]
    public async Task A_search_finds_whoever_has_the_text_in_name_or_address_however_often_they_have_changed()
    {
        string[] letters = ["a", "b", "ab", "\"", "'", "%", "ß", "é", "Ü", "🎉", " ", "AND", "*"];
        var people = new Dictionary<string, (string Name, string Email)>();
        await Property.CheckAsync(20, async random =>
        {
            string Word(int most) => string.Concat(Enumerable.Range(0, random.Next(1, most)).Select(_ => letters[random.Next(13)]));
            for (var change = 0; change < 5; change++)
            {
                var id = $"c{random.Next(12)}";
                if (random.Next(4) == 0)
                {
                    await Customers.EraseAsync(id, Cancellation);
                    people.Remove(id);
                    continue;
                }

                people[id] = ($"N{Word(6)}e", $"{id}{random.Next(3)}bab@example.com");
                await UpsertAsync(new CustomerChange { Id = id, Name = people[id].Name, Email = people[id].Email });
            }

            foreach (var text in new[] { Word(4), Word(6), "bab@", "0bab", "example" })
            {
                var key = Core.Text.TextKey.Of(text);
                var expected = people
                    .Where(one => key.Length == 0 || Core.Text.TextKey.Of(one.Value.Name).Contains(key, StringComparison.Ordinal)
                        || one.Value.Email.Contains(key, StringComparison.Ordinal))
                    .Select(one => one.Key)
                    .Order(StringComparer.Ordinal);
                Assert.Equal(expected, await ListAsync(new CustomerQuery { Text = text }, 3));
            }
        });
    }

    [Fact]
    public async Task Without_an_id_the_address_says_who_it_is_whatever_its_case()
    {
        var created = await UpsertAsync(new CustomerChange { Name = "Mara", Email = "mara@example.com" });
        var updated = await UpsertAsync(new CustomerChange { Email = "MARA@example.com", City = "Köln" });

        Assert.Equal(new CustomerResult(CustomerOutcome.Updated, created.Id), updated);
        Assert.Equal("Köln", (await FindAsync(created.Id!)).City);
    }

    [Fact]
    public async Task An_address_of_another_customer_is_refused_and_changes_nothing()
    {
        await UpsertAsync(new CustomerChange { Id = "c1", Name = "Mara", Email = "mara@example.com" });
        await UpsertAsync(new CustomerChange { Id = "c2", Name = "Bo", Email = "bo@example.com" });

        var refused = await UpsertAsync(new CustomerChange { Id = "c2", Name = "Not Bo", Email = "Mara@Example.com" });

        Assert.Equal(new CustomerResult(CustomerOutcome.EmailTaken, "c1"), refused);
        Assert.Equal(("Bo", "bo@example.com"), (await FindAsync("c2")) is var bo ? (bo.Name, bo.Email) : default);
    }

    [Fact]
    public async Task An_address_that_was_given_up_is_free()
    {
        await UpsertAsync(new CustomerChange { Id = "c1", Name = "Mara", Email = "mara@example.com" });
        await UpsertAsync(new CustomerChange { Id = "c1", Email = "mara.lane@example.com" });

        Assert.Equal(
            CustomerOutcome.Created,
            (await UpsertAsync(new CustomerChange { Id = "c2", Name = "Other", Email = "mara@example.com" })).Outcome);
    }

    [Fact]
    public async Task A_new_customer_without_a_name_is_refused()
    {
        Assert.Equal(
            new CustomerResult(CustomerOutcome.NameMissing, "c1"),
            await UpsertAsync(new CustomerChange { Id = "c1", Email = "mara@example.com" }));
        Assert.Null(await Customers.FindAsync("c1", Cancellation));
    }

    [Fact]
    public async Task Of_a_batch_the_good_rows_go_in_and_each_is_answered_in_its_place()
    {
        var results = await Customers.UpsertAsync(
            [
                new CustomerChange { Id = "c1", Name = "Mara", Email = "mara@example.com" },
                new CustomerChange { Id = "c2", Name = "Thief", Email = "mara@example.com" },
                new CustomerChange { Id = "c3" },
                new CustomerChange { Id = "c1", Name = "Mara Lane" },
            ],
            Cancellation);

        Assert.Equal(
            [CustomerOutcome.Created, CustomerOutcome.EmailTaken, CustomerOutcome.NameMissing, CustomerOutcome.Updated],
            results.Select(result => result.Outcome));
        Assert.Equal("Mara Lane", (await FindAsync("c1")).Name);
    }

    [Fact]
    public async Task A_new_customer_takes_over_the_orders_that_came_before_it()
    {
        await Orders.AddAsync(
            [
                new Order { Id = "o1", CustomerId = "c1", Amount = 10.5m, PlacedAt = Now.AddDays(-3) },
                new Order { Id = "o2", CustomerEmail = "MARA@example.com", Amount = 4.25m, PlacedAt = Now.AddDays(-9) },
                new Order { Id = "o3", CustomerEmail = "bo@example.com", Amount = 99, PlacedAt = Now },
            ],
            Cancellation);

        await UpsertAsync(new CustomerChange { Id = "c1", Name = "Mara", Email = "mara@example.com" });

        var found = await FindAsync("c1");
        Assert.Equal(
            (14.75m, 2, Now.AddDays(-9), Now.AddDays(-3)), (found.TotalSpend, found.OrderCount, found.FirstOrderAt, found.LastOrderAt));
    }

    [Fact]
    public async Task A_changed_address_takes_over_the_orders_that_wait_for_it()
    {
        await UpsertAsync(new CustomerChange { Id = "c1", Name = "Mara", Email = "old@example.com" });
        await Orders.AddAsync(
            [
                new Order { Id = "o1", CustomerEmail = "old@example.com", Amount = 1, PlacedAt = Now.AddDays(-1) },
                new Order { Id = "o2", CustomerEmail = "new@example.com", Amount = 2, PlacedAt = Now },
            ],
            Cancellation);

        await UpsertAsync(new CustomerChange { Id = "c1", Email = "new@example.com" });

        var found = await FindAsync("c1");
        Assert.Equal((3m, 2, Now.AddDays(-1), Now), (found.TotalSpend, found.OrderCount, found.FirstOrderAt, found.LastOrderAt));
    }

    [Fact]
    public async Task A_list_goes_by_id_page_by_page_and_gives_each_customer_once()
    {
        await Customers.UpsertAsync(
            [.. new[] { "c3", "c1", "c5", "c2", "c4" }.Select(id => new CustomerChange { Id = id, Name = id })], Cancellation);

        var ids = new List<string[]>();
        string? cursor = null;
        do
        {
            var page = await Customers.ListAsync(null, new PageRequest(2, cursor), Cancellation);
            ids.Add([.. page.Items.Select(customer => customer.Id)]);
            cursor = page.NextCursor;
        }
        while (cursor is not null);

        Assert.Equal([["c1", "c2"], ["c3", "c4"], ["c5"]], ids);
    }

    [Fact]
    public async Task A_full_last_page_names_no_next_one()
    {
        await Customers.UpsertAsync(
            [new CustomerChange { Id = "c1", Name = "A" }, new CustomerChange { Id = "c2", Name = "B" }], Cancellation);

        Assert.Null((await Customers.ListAsync(null, new PageRequest(2, null), Cancellation)).NextCursor);
    }

    [Theory]
    [InlineData("ARA", "c1")]
    [InlineData("bo@", "c2")]
    [InlineData("50%", "c3")]
    [InlineData("_", "c4")]
    [InlineData("köln", "")]
    public async Task A_search_takes_part_of_the_name_or_address_literally(string query, string expected)
    {
        await Customers.UpsertAsync(
            [
                new CustomerChange { Id = "c1", Name = "Mara", Email = "x@example.com", City = "Köln" },
                new CustomerChange { Id = "c2", Name = "Robert", Email = "Bo@example.com" },
                new CustomerChange { Id = "c3", Name = "50% off" },
                new CustomerChange { Id = "c4", Name = "a_b" },
            ],
            Cancellation);

        var found = await Customers.ListAsync(query, new PageRequest(50, null), Cancellation);

        Assert.Equal(expected, string.Join(",", found.Items.Select(customer => customer.Id)));
    }

    [Fact]
    public async Task A_cursor_that_is_not_ours_is_refused() =>
        await Assert.ThrowsAsync<InvalidCursorException>(() => Customers.ListAsync(null, new PageRequest(2, "c1"), Cancellation));

    [Fact]
    public async Task An_erased_customer_is_gone_and_its_address_is_free()
    {
        await UpsertAsync(new CustomerChange { Id = "c1", Name = "Mara", Email = "mara@example.com" });

        Assert.True(await Customers.EraseAsync("c1", Cancellation));

        Assert.Null(await Customers.FindAsync("c1", Cancellation));
        Assert.Equal(
            CustomerOutcome.Created,
            (await UpsertAsync(new CustomerChange { Id = "c2", Name = "Mara", Email = "mara@example.com" })).Outcome);
    }

    [Fact]
    public async Task Nobody_is_erased_twice()
    {
        await UpsertAsync(new CustomerChange { Id = "c1", Name = "Mara" });
        await Customers.EraseAsync("c1", Cancellation);

        Assert.False(await Customers.EraseAsync("c1", Cancellation));
    }

    private static Dictionary<string, AttributeValue?> Attributes(params (string Key, AttributeValue? Value)[] attributes) =>
        attributes.ToDictionary(attribute => attribute.Key, attribute => attribute.Value);

    private async Task<string> AttributesAsync(string id) =>
        string.Join(", ", (await FindAsync(id)).Attributes.OrderBy(pair => pair.Key, StringComparer.Ordinal).Select(
            pair => $"{pair.Key} {pair.Value}"));

    private Task<List<string>> SelectAsync(string rule) => ListAsync(
        new CustomerQuery { Rule = Core.Rules.RuleJson.Parse(rule), Now = Now }, 100);

    private async Task<List<string>> ListAsync(CustomerQuery query, int limit)
    {
        var ids = new List<string>();
        string? cursor = null;
        do
        {
            var page = await Customers.ListAsync(query, new PageRequest(limit, cursor), Cancellation);
            ids.AddRange(page.Items.Select(customer => customer.Id));
            cursor = page.NextCursor;
        }
        while (cursor is not null);
        return ids;
    }

    protected async Task<CustomerResult> UpsertAsync(CustomerChange change) =>
        (await Customers.UpsertAsync([change], Cancellation)).Single();

    protected async Task<Customer> FindAsync(string id) =>
        await Customers.FindAsync(id, Cancellation) ?? throw new InvalidOperationException($"There is no customer {id}.");
}
