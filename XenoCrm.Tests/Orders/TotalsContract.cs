using XenoCrm.Core.Customers;
using XenoCrm.Core.Orders;
using XenoCrm.Tests.Support;

namespace XenoCrm.Tests.Orders;

/// <summary>Random histories of customers and orders: every store's totals are those of the orders.</summary>
public abstract class TotalsContract
{
    private static readonly DateTimeOffset Day = new(2026, 3, 4, 0, 0, 0, TimeSpan.Zero);

    private int histories;

    protected static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    protected abstract ICustomerStore Customers { get; }

    protected abstract IOrderStore Orders { get; }

    protected virtual int Histories => 150;

    [Fact]
    public Task Totals_are_those_of_the_set_of_orders_in_whatever_order_things_arrive() => Property.CheckAsync(Histories, async random =>
    {
        var history = NextHistory();
        var people = Enumerable.Range(0, random.Next(1, 5))
            .Select(i => new Person($"{history}-{i}", $"{history}-{i}@example.com"))
            .ToArray();
        var orders = Enumerable.Range(0, random.Next(1, 20))
            .Select(i => RandomOrder(random, $"{history}-o{i}", random.Pick(people)))
            .ToArray();

        // Each customer comes once or more with its address, each order up to three times.
        var events = people.SelectMany(person => Enumerable.Range(0, random.Next(1, 4)).Select(_ => (object)person.Change(random)))
            .Concat(orders.SelectMany(order => Enumerable.Repeat<object>(order, random.Next(1, 4))))
            .ToArray();
        random.Shuffle(events);
        await PlayAsync(random, events);

        foreach (var person in people)
        {
            var expected = Totals.Of([.. orders.Where(order => order.CustomerId == person.Id || Same(order.CustomerEmail, person.Email))]);
            Assert.Equal(expected, await StoredAsync(person.Id));
        }
    });

    [Fact]
    public Task Totals_follow_addresses_that_change_hands_corrections_refunds_and_removals() => Property.CheckAsync(
        Histories, async random =>
    {
        var history = NextHistory();
        var model = new TotalsModel();
        string[] ids = [.. Enumerable.Range(0, 3).Select(i => $"{history}-{i}")];
        string[] emails = [.. Enumerable.Range(0, 4).Select(i => $"{history}-{i}@example.com")];
        for (var step = 0; step < 40; step++)
        {
            if (random.OneIn(8))
            {
                var removed = $"{history}-o{random.Next(12)}";
                Assert.Equal(model.Remove(removed), await Orders.RemoveAsync(removed, Cancellation));
                continue;
            }

            // Few ids, so that most come again with other contents, and a refund may be of any of them.
            if (!random.OneIn(3))
            {
                Order[] orders = [.. Enumerable.Range(0, random.Next(1, 4)).Select(_ =>
                {
                    var order = RandomOrder(random, $"{history}-o{random.Next(12)}", new Person(random.Pick(ids), random.Pick(emails)));
                    return random.OneIn(3) ? order with { RefundOf = $"{history}-o{random.Next(12)}", Amount = -order.Amount } : order;
                })];
                orders = [.. orders.Where(order => order.RefundOf != order.Id)];
                var outcomes = await Orders.AddAsync(orders, Cancellation);
                Assert.Equal(orders.Select(model.Apply), outcomes);
                continue;
            }

            // By address alone, or by id: with an address, without one, or giving it up.
            var email = random.Pick(emails);
            var change = random.Next(5) switch
            {
                0 => new CustomerChange { Name = "N", Email = email },
                1 => new CustomerChange { Id = random.Pick(ids), Name = "N" },
                2 => new CustomerChange { Id = random.Pick(ids), Name = "N", Email = "" },
                _ => new CustomerChange { Id = random.Pick(ids), Name = "N", Email = email },
            };
            var taken = change is { Id: { } id, Email.Length: > 0 } && model.IsTaken(email, id);
            var result = (await Customers.UpsertAsync([change], Cancellation)).Single();
            Assert.Equal(taken, result.Outcome == CustomerOutcome.EmailTaken);
            if (!taken && (change.Id ?? model.OwnerOf(email)) is { } owner)
            {
                Assert.Equal(owner, result.Id);
            }

            model.Apply(change, result);
        }

        foreach (var id in model.Customers)
        {
            Assert.Equal(model.TotalsOf(id), await StoredAsync(id));
        }
    });

    private async Task PlayAsync(Random random, object[] events)
    {
        for (var at = 0; at < events.Length;)
        {
            var batch = events.Skip(at).Take(random.Next(1, 8)).ToArray();
            var together = batch.TakeWhile(item => item.GetType() == batch[0].GetType()).ToArray();
            if (together[0] is Order)
            {
                await Orders.AddAsync([.. together.Cast<Order>()], Cancellation);
            }
            else
            {
                var results = await Customers.UpsertAsync([.. together.Cast<CustomerChange>()], Cancellation);
                Assert.All(results, result => Assert.Null(result.Refusal));
            }

            at += together.Length;
        }
    }

    private async Task<Totals> StoredAsync(string id) => Totals.Of((await Customers.FindAsync(id, Cancellation))!);

    private static Order RandomOrder(Random random, string id, Person customer)
    {
        var byEmail = random.OneIn(2);
        return new Order
        {
            Id = id,
            CustomerId = byEmail ? null : customer.Id,
            CustomerEmail = byEmail ? RandomCase(random, customer.Email) : null,
            Amount = random.Next(0, 2_000_000) / 10_000m,
            PlacedAt = Day.AddMilliseconds(random.NextInt64(0, 400L * 86_400_000)),
        };
    }

    private static string RandomCase(Random random, string text) => random.OneIn(2) ? text : text.ToUpperInvariant();

    private static bool Same(string? one, string other) => string.Equals(one, other, StringComparison.OrdinalIgnoreCase);

    // All histories go into one store, under names of their own.
    private string NextHistory() => $"h{++histories}";

    private sealed record Person(string Id, string Email)
    {
        public CustomerChange Change(Random random) =>
            new() { Id = Id, Name = "N", Email = RandomCase(random, Email), City = random.OneIn(2) ? "Köln" : null };
    }
}
