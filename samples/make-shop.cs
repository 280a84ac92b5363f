// Makes up a shop's customers and their orders of the last two years, as the two CSV files that XenoCrm imports:
//
//     dotnet run samples/make-shop.cs -- 1000 OUTPUT-FOLDER [SEED]
//
// The same seed on the same day gives the same files. Nobody in them is real: see SampleShop.cs, which makes them up, and
// which Directory.Build.props adds to this program.

using System.Globalization;
using XenoCrm.SampleData;

if (args is not [var countText, var folder, ..]
    || !int.TryParse(countText, NumberStyles.None, CultureInfo.InvariantCulture, out var count)
    || !int.TryParse(args.ElementAtOrDefault(2) ?? "1", NumberStyles.None, CultureInfo.InvariantCulture, out var seed))
{
    Console.Error.WriteLine("usage: dotnet run samples/make-shop.cs -- CUSTOMERS OUTPUT-FOLDER [SEED]");
    return 1;
}

Directory.CreateDirectory(folder);
using var customers = File.CreateText(Path.Combine(folder, "customers.csv"));
using var orders = File.CreateText(Path.Combine(folder, "orders.csv"));
customers.WriteLine("id,name,email,phone,city,country,tags,createdAt,unsubscribed,attributes.plan,attributes.seats");
orders.WriteLine("id,customerId,amount,placedAt");

var orderCount = 0;
foreach (var customer in new SampleShop(seed, TimeProvider.System.GetUtcNow().UtcDateTime.Date).Customers(count))
{
    var (id, name, city, country, tags, email, phone, joined, unsubscribed, plan, seats, bought) = customer;
    var isOut = unsubscribed ? "true" : "false";
    customers.WriteLine(string.Create(
        CultureInfo.InvariantCulture,
        $"{id},{name},{email},{phone},{city},{country},{string.Join('|', tags)},{joined:yyyy-MM-dd},{isOut},{plan},{seats}"));

    foreach (var order in bought)
    {
        orders.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{order.Id},{id},{order.Amount},{order.PlacedAt:yyyy-MM-dd HH:mm}"));
    }

    orderCount += bought.Length;
}

Console.WriteLine(string.Create(
    CultureInfo.InvariantCulture,
    $"{folder}: customers.csv with {count:N0} customers, orders.csv with {orderCount:N0} orders. Nobody in them is real."));
return 0;
