using System.Globalization;
using MongoDB.Bson;
using XenoCrm.Core.Campaigns;
using XenoCrm.Core.Customers;
using XenoCrm.Core.Orders;
using XenoCrm.Data.Mongo;

namespace XenoCrm.Benchmarks.Load;

/// <summary>The rows of <see cref="StoreSizes"/> as MongoDB's documents, before the server compresses them.</summary>
internal static class DocumentSizes
{
    private static readonly DateTimeOffset At = new(2026, 11, 22, 8, 0, 0, TimeSpan.Zero);

    public static void Print()
    {
        MongoMapping.Register();
        var customer = new Customer
        {
            Id = "c00012345",
            Name = "Customer Number12345",
            Email = "customer.12345@example.com",
            Phone = "+91 9800012345",
            City = "Bengaluru",
            Country = "IN",
            Tags = ["newsletter"],
            Attributes = new Dictionary<string, AttributeValue> { ["plan"] = AttributeValue.Of("gold"), ["score"] = AttributeValue.Of(45) },
            CreatedAt = At,
            Unsubscribed = false,
            TotalSpend = 1_094.7m,
            OrderCount = 3,
            FirstOrderAt = At,
            LastOrderAt = At,
        };
        var text = "Hi Customer, your favourites are 20 % off in Bengaluru until Sunday: https://shop.example/s/aB3xY9";
        var pending = MongoLogRow.Of(
            Guid.Empty.ToString(), new NewLogEntry(Guid.Empty.ToString(), customer.Id, customer.Email, text, At), 12_345);
        var final = pending with { Status = DeliveryStatus.Sent, VendorMessageId = "vm_1f00c3aa_2b3f", Attempts = 1, DueAt = null };

        Console.WriteLine("  documents, bytes of BSON");
        foreach (var (name, document) in new[]
        {
            ("customers", MongoCustomer.Of(customer).ToBson()),
            ("orders", MongoOrder.Of(new Order { Id = "o00012345-1", CustomerId = customer.Id, Amount = 364.9m, PlacedAt = At },
                new OrderPlace(customer.Id, null)).ToBson()),
            ("log, pending", pending.ToBson()),
            ("log, final", final.ToBson()),
        })
        {
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"    {name,-28} {"",12}   {document.Length,6} a row"));
        }
    }
}
