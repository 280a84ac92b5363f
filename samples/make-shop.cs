// Makes up a shop's customers and their orders of the last two years, as the two CSV files that XenoCrm imports:
//
//     dotnet run samples/make-shop.cs -- 1000 OUTPUT-FOLDER [SEED]
//
// The same seed on the same day gives the same files. Nobody in them is real: the addresses end in example.com, the phone
// numbers are of a range kept for fiction.

using System.Globalization;

if (args is not [var countText, var folder, ..]
    || !int.TryParse(countText, NumberStyles.None, CultureInfo.InvariantCulture, out var count)
    || !int.TryParse(args.ElementAtOrDefault(2) ?? "1", NumberStyles.None, CultureInfo.InvariantCulture, out var seed))
{
    Console.Error.WriteLine("usage: dotnet run samples/make-shop.cs -- CUSTOMERS OUTPUT-FOLDER [SEED]");
    return 1;
}

string[] firstNames = ["Mara", "Bo", "Cara", "Deniz", "Elif", "Femi", "Greta", "Hugo", "Ines", "Jun", "Kofi", "Lena", "Milan", "Noor", "Otto", "Priya", "Rosa", "Sven", "Tuuli", "Zoë"];
string[] lastNames = ["Lane", "Okafor", "Berg", "Costa", "Demir", "Evans", "Fischer", "Garcia", "Hansen", "Ito", "Jansen", "Kaya", "Lindqvist", "Moreau", "Novak", "Owusu"];
(string City, string Country)[] places = [("Köln", "DE"), ("Berlin", "DE"), ("Wien", "AT"), ("Lyon", "FR"), ("Porto", "PT"), ("Gdańsk", "PL"), ("Turku", "FI"), ("Izmir", "TR")];
string[] plans = ["free", "silver", "gold"];

var random = new Random(seed);
var today = TimeProvider.System.GetUtcNow().Date;

Directory.CreateDirectory(folder);
using var customers = File.CreateText(Path.Combine(folder, "customers.csv"));
using var orders = File.CreateText(Path.Combine(folder, "orders.csv"));
customers.WriteLine("id,name,email,phone,city,country,tags,createdAt,unsubscribed,attributes.plan,attributes.seats");
orders.WriteLine("id,customerId,amount,placedAt");

var orderCount = 0;
for (var number = 1; number <= count; number++)
{
    var id = string.Create(CultureInfo.InvariantCulture, $"shop-{number:D6}");
    var name = $"{Pick(firstNames)} {Pick(lastNames)}";
    var (city, country) = Pick(places);
    var joined = today.AddDays(-random.Next(1, 730));

    // Most buy now and then, a few buy a lot, every sixth has only looked around.
    var bought = random.Next(6) == 0 ? 0 : 1 + (int)(-Math.Log(1 - random.NextDouble()) * 3);
    var tags = string.Join('|', new[] { bought > 8 ? "vip" : null, random.Next(4) == 0 ? "newsletter" : null }.Where(tag => tag is not null));
    var email = random.Next(50) == 0 ? "" : $"{id}@example.com";
    var phone = random.Next(3) == 0 ? string.Create(CultureInfo.InvariantCulture, $"+1 202 555 01{random.Next(100):D2}") : "";
    customers.WriteLine(string.Create(
        CultureInfo.InvariantCulture,
        $"{id},{name},{email},{phone},{city},{country},{tags},{joined:yyyy-MM-dd},{(random.Next(33) == 0 ? "true" : "false")},{Pick(plans)},{random.Next(1, 20)}"));

    for (var order = 1; order <= bought; order++)
    {
        var placed = joined.AddMinutes(random.NextInt64((long)(today - joined).TotalMinutes));
        var amount = Math.Round((decimal)(-Math.Log(1 - random.NextDouble()) * 40) + 5, 2);
        orders.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{id}-{order},{id},{amount},{placed:yyyy-MM-dd HH:mm}"));
        orderCount++;
    }
}

Console.WriteLine(string.Create(
    CultureInfo.InvariantCulture,
    $"{folder}: customers.csv with {count:N0} customers, orders.csv with {orderCount:N0} orders. Nobody in them is real."));
return 0;

T Pick<T>(T[] from) => from[random.Next(from.Length)];
