using System.Text.Json;
using XenoCrm.Core.Customers;
using XenoCrm.Language;

namespace XenoCrm.Benchmarks.Language;

/// <summary>The customers on which rules are compared: read from a file, or made up from a fixed seed.</summary>
internal static class CustomerLines
{
    private const int MadeUp = 4_000;

    private static readonly string[] Cities =
        ["Mumbai", "Delhi", "Pune", "Chennai", "Kolkata", "Hyderabad", "Bangalore", "Jaipur", "Surat"];
    private static readonly string[] Countries = ["India", "UK", "United Kingdom", "US", "USA", "United States", "France", "Germany"];
    private static readonly string[] Tags = ["vip", "wholesale", "newsletter", "staff"];
    private static readonly string[] Domains = ["gmail.com", "yahoo.com", "example.com", "uni.example"];
    private static readonly string[] FirstNames = ["Sana", "Sanjay", "Amit", "Ann", "John", "Meera", "Priya", "Ravi", "Kiran"];
    private static readonly string[] LastNames = ["Kumar", "Patel", "Smith", "Lee", "Iyer", "Rao", "Sharma"];

    /// <exception cref="InvalidDataException">A line is no customer; says which, and what one is.</exception>
    public static List<Customer> Read(string file)
    {
        var customers = new List<Customer>();
        var number = 0;
        foreach (var line in File.ReadLines(file))
        {
            number++;
            if (string.IsNullOrWhiteSpace(line))
            {
                continue;
            }

            try
            {
                customers.Add(ReadLine(line));
            }
            catch (Exception e) when (e is JsonException or InvalidOperationException or FormatException)
            {
                throw new InvalidDataException(
                    $"{file}, line {number}: {e.Message} A customer is one JSON object a line, "
                    + "with at least \"id\", \"name\" and \"createdAt\".", e);
            }
        }

        return customers;
    }

    /// <summary>Amounts, counts and dates lie on round numbers and just beside them, where "more than" and "at least" part.</summary>
    public static List<Customer> MakeUp(DateTimeOffset now)
    {
#pragma warning disable RS0030 // The seed is named.
        var random = new Random(20220701);
#pragma warning restore RS0030
        return [.. Enumerable.Range(0, MadeUp).Select(index => MakeUp(index, random, now))];
    }

    /// <summary>What an account with these customers would know of its words.</summary>
    public static LanguageHints Hints(IReadOnlyList<Customer> customers) => new(
        [.. customers.Select(customer => customer.City).OfType<string>().Distinct()],
        [.. customers.Select(customer => customer.Country).OfType<string>().Distinct()],
        [.. customers.SelectMany(customer => customer.Tags).Distinct(StringComparer.OrdinalIgnoreCase)]);

    private static Customer ReadLine(string line)
    {
        using var document = JsonDocument.Parse(line);
        var json = document.RootElement;
        return new Customer
        {
            Id = Text("id") ?? throw new JsonException("The \"id\" is missing."),
            Name = Text("name") ?? throw new JsonException("The \"name\" is missing."),
            Email = Text("email"),
            Phone = Text("phone"),
            City = Text("city"),
            Country = Text("country"),
            Tags = json.TryGetProperty("tags", out var tags) ? [.. tags.EnumerateArray().Select(tag => tag.GetString()!)] : [],
            CreatedAt = Date("createdAt") ?? throw new JsonException("The \"createdAt\" is missing."),
            Unsubscribed = json.TryGetProperty("unsubscribed", out var unsubscribed) && unsubscribed.GetBoolean(),
            TotalSpend = json.TryGetProperty("totalSpend", out var spend) ? spend.GetDecimal() : 0,
            OrderCount = json.TryGetProperty("orderCount", out var orders) ? orders.GetInt32() : 0,
            FirstOrderAt = Date("firstOrderAt"),
            LastOrderAt = Date("lastOrderAt"),
        };

        string? Text(string name) => json.TryGetProperty(name, out var value) ? value.GetString() : null;
        DateTimeOffset? Date(string name) => json.TryGetProperty(name, out var value)
            && value.ValueKind == JsonValueKind.String ? value.GetDateTimeOffset() : null;
    }

    private static Customer MakeUp(int index, Random random, DateTimeOffset now)
    {
        var orders = random.Next(8) == 0 ? 0 : 1 + (int)Math.Pow(random.NextDouble() * 7, 2);
        var last = Day();
        var first = orders == 1 ? last : last.AddDays(-random.Next(900));
        return new Customer
        {
            Id = $"made-up-{index}",
            Name = $"{Pick(FirstNames)} {Pick(LastNames)}",
            Email = random.Next(12) == 0 ? null : $"p{index}@{Pick(Domains)}",
            Phone = random.Next(4) == 0 ? null : random.Next(2) == 0 ? "+91 98200" : "555 01",
            City = random.Next(12) == 0 ? null : Pick(Cities),
            Country = random.Next(12) == 0 ? null : Pick(Countries),
            Tags = random.Next(3) == 0 ? [] : [Pick(Tags)],
            CreatedAt = Day().AddDays(-random.Next(900)),
            Unsubscribed = random.Next(4) == 0,
            OrderCount = orders,
            TotalSpend = orders == 0
                ? 0
                : Math.Max(0, (decimal)Math.Pow(10, random.Next(1, 6)) * random.Next(1, 20) / 2 + (random.Next(3) - 1) * 0.01m),
            FirstOrderAt = orders == 0 ? null : first,
            LastOrderAt = orders == 0 ? null : last,
        };

        string Pick(string[] from) => from[random.Next(from.Length)];
        DateTimeOffset Day() =>
            now.AddDays(-random.Next(1, 30) * (random.Next(2) == 0 ? 1 : 30)).AddHours(random.Next(3) == 0 ? random.Next(24) : 0);
    }
}
