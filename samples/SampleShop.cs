namespace XenoCrm.SampleData;

/// <summary>
/// A made-up shop's customers and their orders of the last two years. Nobody in it is real: the addresses end in
/// example.com, the phone numbers are of a range kept for fiction. The same seed on the same day is the same shop.
/// </summary>
internal sealed class SampleShop(int seed, DateTime today)
{
    private static readonly string[] FirstNames =
        [
            "Mara", "Bo", "Cara", "Deniz", "Elif", "Femi", "Greta", "Hugo", "Ines", "Jun", "Kofi", "Lena", "Milan", "Noor", "Otto", "Priya",
            "Rosa", "Sven", "Tuuli", "Zoë"
        ];

    private static readonly string[] LastNames =
        [
            "Lane", "Okafor", "Berg", "Costa", "Demir", "Evans", "Fischer", "Garcia", "Hansen", "Ito", "Jansen", "Kaya", "Lindqvist",
            "Moreau", "Novak", "Owusu"
        ];

    private static readonly (string City, string Country)[] Places =
        [
            ("Köln", "DE"), ("Berlin", "DE"), ("Wien", "AT"), ("Lyon", "FR"), ("Porto", "PT"), ("Gdańsk", "PL"), ("Turku", "FI"),
            ("Izmir", "TR")
        ];

    private static readonly string[] Plans = ["free", "silver", "gold"];

    private readonly Random random = new(seed);

    /// <summary>One after the other, so that a shop of any size takes no memory.</summary>
    public IEnumerable<ShopCustomer> Customers(int count)
    {
        for (var number = 1; number <= count; number++)
        {
            yield return Customer(Id(number));
        }
    }

    /// <summary>Of a customer by its number, from 1.</summary>
    public static string Id(int number) => $"shop-{number:D6}";

    private ShopCustomer Customer(string id)
    {
        var name = $"{Pick(FirstNames)} {Pick(LastNames)}";
        var (city, country) = Pick(Places);
        var joined = DateTime.SpecifyKind(today, DateTimeKind.Utc).AddDays(-random.Next(1, 730));

        // Most buy now and then, a few buy a lot, every sixth has only looked around.
        var bought = random.Next(6) == 0 ? 0 : 1 + (int)(-Math.Log(1 - random.NextDouble()) * 3);
        return new ShopCustomer(
            id,
            name,
            city,
            country,
            [.. new[] { bought > 8 ? "vip" : null, random.Next(4) == 0 ? "newsletter" : null }.OfType<string>()],
            random.Next(50) == 0 ? null : $"{id}@example.com",
            random.Next(3) == 0 ? $"+1 202 555 01{random.Next(100):D2}" : null,
            joined,
            random.Next(33) == 0,
            Pick(Plans),
            random.Next(1, 20),
            [.. Enumerable.Range(1, bought).Select(order => Order($"{id}-{order}", joined))]);
    }

    private ShopOrder Order(string id, DateTime joined)
    {
        var placed = joined.AddMinutes(random.NextInt64((long)(today - joined).TotalMinutes));
        return new ShopOrder(id, Math.Round((decimal)(-Math.Log(1 - random.NextDouble()) * 40) + 5, 2), placed);
    }

    private T Pick<T>(T[] from) => from[random.Next(from.Length)];
}

/// <summary>As a customer of the API, its attributes by their names.</summary>
internal sealed record ShopCustomer(
    string Id,
    string Name,
    string City,
    string Country,
    string[] Tags,
    string? Email,
    string? Phone,
    DateTime CreatedAt,
    bool Unsubscribed,
    string Plan,
    int Seats,
    ShopOrder[] Orders);

internal sealed record ShopOrder(string Id, decimal Amount, DateTime PlacedAt);
