using XenoCrm.Core.Customers;
using XenoCrm.Core.Orders;
using XenoCrm.SampleData;

namespace XenoCrm.Api.Samples;

/// <summary>
/// The sample shop in the store. Its customers go in in the order of their ids and out in the other direction, each after its orders:
/// how much of it is there can be read from the store, by any replica, in a few looks. Nothing is touched that has one of its ids and is
/// not of it.
/// </summary>
internal sealed class SampleShopStock(ICustomerStore customers, IOrderStore orders, TimeProvider time)
{
    /// <summary>What the pages load. The dashboard may have loaded more of the same.</summary>
    public const int Size = 1_000;

    private const int Seed = 1;

    // An erased customer here and there does not make it a smaller shop.
    private const int Gap = 3;

    // So much is written at the same time: the embedded store makes one write of it.
    private const int Hands = 16;

    private readonly Lazy<string[]> names = new(
        () => [.. new SampleShop(Seed, DateTime.UnixEpoch).Customers(Size).Select(one => one.Name)]);

    /// <summary>How many of the first <see cref="Size"/> customers are there.</summary>
    public async Task<int> CountAsync(CancellationToken cancellationToken)
    {
        if (await AnyAsync(Size, cancellationToken))
        {
            return Size;
        }

        var (there, beyond) = (0, Size);
        if (!await AnyAsync(Gap, cancellationToken))
        {
            return 0;
        }

        while (beyond - there > 1)
        {
            var middle = (there + beyond) / 2;
            (there, beyond) = await AnyAsync(middle, cancellationToken) ? (middle, beyond) : (there, middle);
        }

        return await LastAsync(there, cancellationToken) ?? there;
    }

    /// <summary>No fewer than are there, whoever loaded them.</summary>
    public async Task<int> BoundAsync(CancellationToken cancellationToken)
    {
        var bound = Size;
        while (await customers.FindAsync(SampleShop.Id(bound + 1), cancellationToken) is not null
            || await customers.FindAsync(SampleShop.Id(bound + 2), cancellationToken) is not null)
        {
            bound *= 2;
        }

        return bound;
    }

    /// <summary>Customers from one number of theirs on, with their orders of the two years up to today.</summary>
    public IEnumerable<ShopCustomer> Customers(int after, int count) =>
        new SampleShop(Seed, time.GetUtcNow().UtcDateTime.Date).Customers(after + count).Skip(after);

    /// <summary>Brings them in. The same again changes nothing.</summary>
    public async Task AddAsync(IReadOnlyList<ShopCustomer> some, CancellationToken cancellationToken)
    {
        var ours = new List<ShopCustomer>();
        foreach (var one in some)
        {
            if (await customers.FindAsync(one.Id, cancellationToken) is not { } stored || stored.Name == one.Name)
            {
                ours.Add(one);
            }
        }

        // The orders first: a customer that is there is complete.
        var theirs = new List<Order>();
        foreach (var one in ours)
        {
            foreach (var order in one.Orders)
            {
                if (await orders.FindAsync(order.Id, cancellationToken) is not { } stored || stored.CustomerId == one.Id)
                {
                    theirs.Add(new Order
                    {
                        Id = order.Id,
                        CustomerId = one.Id,
                        Amount = order.Amount,
                        PlacedAt = new DateTimeOffset(order.PlacedAt),
                    });
                }
            }
        }

        await orders.AddAsync(theirs, cancellationToken);
        await customers.UpsertAsync([.. ours.Select(Change)], cancellationToken);
    }

    /// <summary>Takes them out, the last first, with those orders that came with them.</summary>
    public Task RemoveAsync(IReadOnlyList<ShopCustomer> some, CancellationToken cancellationToken) => Parallel.ForEachAsync(
        some.Reverse(),
        new ParallelOptions { MaxDegreeOfParallelism = Hands, CancellationToken = cancellationToken },
        async (one, cancellation) =>
        {
            var stored = await customers.FindAsync(one.Id, cancellation);
            if (stored is not null && stored.Name != one.Name)
            {
                return;
            }

            foreach (var order in one.Orders)
            {
                if (await orders.FindAsync(order.Id, cancellation) is { } placed && placed.CustomerId == one.Id)
                {
                    await orders.RemoveAsync(order.Id, cancellation);
                }
            }

            if (stored is not null)
            {
                // Nobody's wish: else the addresses of invented people would stay on the suppression list.
                await customers.UpsertAsync([new CustomerChange { Id = one.Id, Unsubscribed = false }], cancellation);
                await customers.EraseAsync(one.Id, cancellation);
            }
        });

    private async Task<bool> AnyAsync(int number, CancellationToken cancellationToken) =>
        await LastAsync(number, cancellationToken) is not null;

    // The last that is there of those up to that number, or null.
    private async Task<int?> LastAsync(int number, CancellationToken cancellationToken)
    {
        for (var one = number; one > Math.Max(0, number - Gap); one--)
        {
            if (await customers.FindAsync(SampleShop.Id(one), cancellationToken) is { } stored && stored.Name == names.Value[one - 1])
            {
                return one;
            }
        }

        return null;
    }

    private static CustomerChange Change(ShopCustomer one)
    {
        string? e164 = null;
        if (one.Phone is not null)
        {
            _ = PhoneNumber.FaultOf(one.Phone, null, out e164);
        }

        return new CustomerChange
        {
            Id = one.Id,
            Name = one.Name,
            Email = one.Email,
            Phone = one.Phone,
            PhoneE164 = e164,
            City = one.City,
            Country = one.Country,
            Tags = one.Tags,
            Attributes = new Dictionary<string, AttributeValue?>
            {
                ["plan"] = AttributeValue.Of(one.Plan),
                ["seats"] = AttributeValue.Of(one.Seats),
            },
            CreatedAt = new DateTimeOffset(one.CreatedAt),
            Unsubscribed = one.Unsubscribed,
        };
    }
}
