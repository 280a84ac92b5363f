using System.Text;
using BenchmarkDotNet.Attributes;
using Microsoft.AspNetCore.Http;
using XenoCrm.Api.Vendor;
using XenoCrm.Api.Webhooks;
using XenoCrm.Benchmarks.Load;
using XenoCrm.Core.Account;
using XenoCrm.Core.Campaigns;
using XenoCrm.Core.Customers;
using XenoCrm.Core.Receipts;
using XenoCrm.Core.Rules;
using XenoCrm.Data.Sqlite;
using XenoCrm.Language;

namespace XenoCrm.Benchmarks.Micro;

/// <summary>What is done for every receipt, every recipient, every preview and every sentence.</summary>
public class HotPieces
{
    private const int Batch = 500;

    private static readonly RuleTime Now = RuleTime.Utc(new DateTimeOffset(2026, 11, 22, 8, 0, 0, TimeSpan.Zero));

    private readonly string sentence = "people who spent over 10000 and made fewer than 3 visits or were inactive for 90 days";
    private readonly string json = """{"totalSpend":{"$gt":10000},"orderCount":{"$lt":3}}""";
    private readonly AccountOptions account = new();
    private readonly Customer customer = new()
    {
        Id = "c1",
        Name = "Mara Lind",
        Email = "mara@example.com",
        City = "Pune",
        CreatedAt = Now.Now,
        TotalSpend = 1_094.7m,
    };

    private readonly MessageTemplate template =
        MessageTemplate.Parse("Hi {{firstName|there}}, your favourites are 20 % off in {{city|your city}} until Sunday.");

    private readonly Rule rule = RuleJson.Parse(
        """{"$or":[{"totalSpend":{"$gt":10000},"orderCount":{"$lt":3}},{"lastOrderAt":{"$lt":{"$ago":"90d"}}}]}""");

    private readonly WebhookSignature signature =
        new([Encoding.UTF8.GetBytes("a secret that is long enough for it")], new StandingClock());

    private readonly byte[] one = SignedReceipts.Body([Guid.CreateVersion7().ToString()]);
    private readonly byte[] many = SignedReceipts.Body([.. Enumerable.Range(0, Batch).Select(_ => Guid.CreateVersion7().ToString())]);
    private IReadOnlyList<Receipt> receipts = [];
    private byte[] stored = [];
    private HeaderDictionary headers = [];

    [GlobalSetup]
    public void SetUp()
    {
        receipts = ReceiptReader.Read(many).Receipts;
        stored = ReceiptFormat.Write(receipts);
        headers = [];
        using var request = new HttpRequestMessage();
        signature.Sign(request.Headers, "cb_1", one);
        foreach (var header in request.Headers)
        {
            headers[header.Key] = header.Value.Single();
        }

        if (CheckSignature() is { } refusal)
        {
            throw new InvalidOperationException(refusal);
        }
    }

    [Benchmark(Description = "signature of one receipt, checked")]
    public string? CheckSignature() => signature.Refusal(headers, one);

    [Benchmark(Description = "body of one receipt, read")]
    public int ReadOne() => ReceiptReader.Read(one).Receipts.Count;

    [Benchmark(Description = "body of 500 receipts, read")]
    public int ReadMany() => ReceiptReader.Read(many).Receipts.Count;

    [Benchmark(Description = "500 receipts, written for the stream")]
    public int WriteEntry() => ReceiptFormat.Write(receipts).Length;

    [Benchmark(Description = "500 receipts, read from the stream")]
    public int ReadEntry() => ReceiptFormat.Read(stored)!.Count;

    [Benchmark(Description = "text of a message, from its template")]
    public string Render() => template.Render(customer, account);

    [Benchmark(Description = "rule, from JSON and back")]
    public string ParseRule() => RuleJson.Print(RuleJson.Parse(json));

    [Benchmark(Description = "rule to SQL")]
    public string RuleToSql() => new SqliteRule(rule, Now).Condition;

    [Benchmark(Description = "sentence to rule")]
    public bool ParseSentence() => GrammarEngine.Parse(sentence, Now, LanguageHints.None) is not null;

    // A signature is good for five minutes, and a run may take longer.
    private sealed class StandingClock : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => Now.Now;
    }
}
