using System.Globalization;
using XenoCrm.Core.Customers;
using XenoCrm.Tests.Support;

namespace XenoCrm.Tests.Insights;

/// <summary>A made-up shop in which it is known who is like whom.</summary>
internal static class LookalikeShop
{
    public static readonly DateTimeOffset Now = new(2026, 7, 1, 0, 0, 0, TimeSpan.Zero);

    private static readonly string[] Cities = ["Pune", "Delhi", "Mumbai", "Agra", "Chennai", "Jaipur"];
    private static readonly string[] Plans = ["free", "silver", "gold"];

    /// <summary>Customers whose properties have nothing to do with one another; <paramref name="change"/> gives some a habit.</summary>
    public static Customer[] Customers(int count, int seed, Func<Random, Customer, Customer>? change = null)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, count).Select(i =>
        {
            var orders = random.Next(12);
            var last = Now.AddDays(-random.Next(1, 600));
            var customer = new Customer
            {
                Id = string.Create(CultureInfo.InvariantCulture, $"c{i:D5}"),
                Name = $"Person {i}",
                Email = $"p{i}@{(i % 2 == 0 ? "gmail.com" : "example.com")}",
                City = random.Pick(Cities),
                Country = random.OneIn(3) ? null : "IN",
                Tags = random.OneIn(4) ? ["newsletter"] : [],
                Attributes = new Dictionary<string, AttributeValue>
                {
                    ["plan"] = AttributeValue.Of(random.Pick(Plans)),
                    ["seats"] = AttributeValue.Of(random.Next(1, 40)),
                    ["trial"] = AttributeValue.Of(random.OneIn(5)),
                    ["nickname"] = AttributeValue.Of(random.Pick(Plans)),
                },
                CreatedAt = Now.AddDays(-random.Next(600, 1500)),
                Unsubscribed = random.OneIn(20),
                OrderCount = orders,
                TotalSpend = orders == 0 ? 0 : decimal.Round((decimal)random.NextDouble() * 2000, 2),
                FirstOrderAt = orders == 0 ? null : last.AddDays(-random.Next(300)),
                LastOrderAt = orders == 0 ? null : last,
            };
            return change?.Invoke(random, customer) ?? customer;
        })];
    }
}
