// Turns the CDNOW purchase history, the standard data set of the customer-lifetime-value literature, into the two files
// that XenoCrm imports:
//
//     dotnet run samples/cdnow-to-csv.cs -- cdnow.txt OUTPUT-FOLDER
//
// A line of the master file is `customer-id yyyymmdd units amount`, blank-separated. It names nobody: names and e-mail
// addresses are made up from the id (customer-00001@example.com), and an order's id from the customer's and the line's number.

using System.Globalization;

if (args is not [var input, var folder])
{
    Console.Error.WriteLine("usage: dotnet run samples/cdnow-to-csv.cs -- cdnow.txt OUTPUT-FOLDER");
    return 1;
}

if (!File.Exists(input))
{
    Console.Error.WriteLine($"There is no file {input}.");
    return 1;
}

Directory.CreateDirectory(folder);
using var customers = File.CreateText(Path.Combine(folder, "customers.csv"));
using var orders = File.CreateText(Path.Combine(folder, "orders.csv"));
customers.WriteLine("id,name,email,attributes.source");
orders.WriteLine("id,customerId,amount,placedAt,items");

var known = new HashSet<string>();
var count = 0;
var line = 0;
foreach (var text in File.ReadLines(input))
{
    line++;
    if (string.IsNullOrWhiteSpace(text))
    {
        continue;
    }

    if (text.Split(' ', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
        is not [var customer, var day, var units, var amount]
        || !DateOnly.TryParseExact(day, "yyyyMMdd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var placed)
        || !int.TryParse(units, NumberStyles.None, CultureInfo.InvariantCulture, out var pieces)
        || !decimal.TryParse(amount, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var paid))
    {
        Console.Error.WriteLine($"Line {line} of {input} is not 'customer-id yyyymmdd units amount'.");
        return 1;
    }

    if (known.Add(customer))
    {
        customers.WriteLine($"customer-{customer},Customer {customer},customer-{customer}@example.com,CDNOW");
    }

    orders.WriteLine(string.Create(
        CultureInfo.InvariantCulture,
        $"cdnow-{customer}-{line},customer-{customer},{paid},{placed:yyyy-MM-dd},\"[{{\"\"sku\"\":\"\"CD\"\",\"\"units\"\":{pieces}}}]\""));
    count++;
}

Console.WriteLine(string.Create(
    CultureInfo.InvariantCulture,
    $"{folder}: customers.csv with {known.Count:N0} customers, orders.csv with {count:N0} orders. Names and addresses are made up."));
return 0;
