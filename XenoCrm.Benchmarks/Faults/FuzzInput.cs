using System.Globalization;
using System.Text;

namespace XenoCrm.Benchmarks.Faults;

/// <summary>A request that began as one that makes sense and was spoilt a few times; the same one for the same seed.</summary>
internal sealed record FuzzInput(HttpMethod Method, string Path, byte[]? Body, string ContentType)
{
    private const string Json = "application/json";
    private const string Csv = "text/csv";
    private const string Lines = "application/x-ndjson";

    private static readonly string[] ContentTypes = [Json, Csv, Lines, "text/plain", "application/json; charset=utf-16", "x"];

    // Where people err and parsers break.
    private static readonly string[] Pieces =
    [
        "\0", "\"", "\\", "\\u0000", "\\ud800", "\ufeff", "\u202e", "null", "true", "-1", "1e400",
        "9999999999999999999999", "0.1e-400", "[", "]", "{", "}", "[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[",
        ",", ",,", ":", "\r\n", "\n", "\t", "'", "$", "$where", "$regex",
        "%00", "%", "../", "ä", "İ", "𝟘", "🇮🇳", "é", "2026-02-30", "2026-02-28T24:00:00Z", "-0",
        "NaN", "={1}", "v1,", " v1,=", "~2", "~99999999999", "<!--", "{{", "}}",
    ];

    private static readonly (string Path, string Body, string ContentType)[] Posts =
    [
        ("/customers", """{"id":"c1","name":"Mara","email":"mara@example.com","phone":"+91 98765 43210","tags":["vip"],"attributes":"""
            + """{"plan":"gold"}}""", Json),
        ("/customers/bulk", """[{"id":"c1","name":"Mara","createdAt":"2026-01-01"},{"name":"Ben","email":"ben@example.com"}]""", Json),
        ("/customers/bulk", "{\"id\":\"c1\",\"name\":\"Mara\"}\n{\"id\":\"c2\",\"name\":\"Ben\"}\n", Lines),
        ("/customers/import", "id,name,email,tags\nc1,Mara,mara@example.com,vip;new\n\"c2\",\"Ben, the second\",,\n", Csv),
        ("/orders", """{"id":"o1","customerId":"c1","amount":12.50,"placedAt":"2026-02-28T10:00:00Z","items":["tea"]}""", Json),
        ("/orders/import", "id,customerId,amount,placedAt\no1,c1,12.50,2026-02-28\n", Csv),
        ("/segments/preview", """{"rule":{"$and":[{"totalSpend":{"$gt":10000}},{"city":{"$in":["Pune","Delhi"]}},"""
            + """{"lastOrderAt":{"$lt":{"$ago":"90d"}}}]},"message":"Hi {{firstName|there}}"}""", Json),
        ("/segments/preview", """{"rule":{"$or":[{"attributes.plan":"gold"},{"$not":{"tags":"vip"}},"""
            + """{"averageOrderValue":{"$gte":0.5}}]}}""", Json),
        ("/segments/nl2segment", """{"prompt":"customers in Pune or Delhi who spent over 10k and have not ordered for 90 days"}""", Json),
        ("/receipts/dead/replay", """{"ids":["1-1","2-2"]}""", Json),
    ];

    private static readonly string[] Gets =
    [
        "/customers?limit=10&cursor=Y3VzdG9tZXJzCmMx&q=mara&sort=-totalSpend", "/orders?limit=10&cursor=b3JkZXJzCm8x",
        "/campaigns?status=sending&tag=x&limit=500&cursor=Y2FtcGFpZ25zCmMx", "/segments?limit=1&cursor=c2VnbWVudHMKczE",
        "/receipts/dead?limit=5&cursor=cmVjZWlwdHMvZGVhZAox", "/campaigns/018f/logs?status=SENT&limit=10&cursor=bG9ncw", "/customers/c1",
        "/customers.csv?q=mara", "/segments/018f/customers?q=a", "/customers/c1/messages?cursor=bWVzc2FnZXM", "/",
    ];

    private static readonly string[] Receipts =
    [
        """{"id":"0199a1b2-7c3d-7e4f-8a5b-6c7d8e9f0a1b","vendorMessageId":"vm_1","recipient":"mara@example.com","status":"SENT","reason":"""
            + """null,"at":"2026-11-22T08:00:00.125Z"}""",
        """[{"vendorMessageId":"vm_1","status":"failed","reason":"mailbox full"},{"id":"a~2","vendorMessageId":"vm_2","status":"SENT"}]""",
    ];

    private static readonly string[] HeaderNames =
    [
        "webhook-id", "webhook-timestamp", "webhook-signature", "Cookie", "Authorization", "Idempotency-Key", "traceparent", "Accept",
        "Origin", "If-None-Match",
    ];

    private static readonly string[] HeaderValues =
    [
        "msg-1", "1795334400", "v1,K5oZfzN95Z9UVu1EsfQmfVNQhnkZ2pj9o9NDN/H/pI4=", "xenocrm=CfDJ8abc; x=\"y\"", "Bearer xk_abc", "key-1",
        "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01", "text/html, */*;q=0.1", "http://localhost", "W/\"1\"",
    ];

    /// <summary>Signed as the vendor's; headers that are given stand in place of the signature's.</summary>
    public bool IsSigned { get; private init; }

    public IReadOnlyList<(string Name, string Value)> Headers { get; private init; } = [];

    public static FuzzInput Of(int seed)
    {
        var random = new Random(seed);
        List<(string, string)> headers = [];
        if (random.Next(4) == 0)
        {
            var header = random.Next(HeaderNames.Length);
            var value = HeaderValues[random.Next(4) == 0 ? random.Next(HeaderValues.Length) : header];
            headers.Add((HeaderNames[header], Header(random, value)));
        }

        switch (random.Next(4))
        {
            case 0:
                return new(HttpMethod.Get, Spoilt(random, Gets[random.Next(Gets.Length)]), null, "") { Headers = headers };
            case 1:
                var receipt = Spoilt(random, Encoding.UTF8.GetBytes(Receipts[random.Next(Receipts.Length)]));
                return new(HttpMethod.Post, "/vendor/receipt", receipt, Json) { IsSigned = random.Next(8) > 0, Headers = headers };
            default:
                var (path, body, type) = Posts[random.Next(Posts.Length)];
                type = random.Next(20) == 0 ? ContentTypes[random.Next(ContentTypes.Length)] : type;
                return new(HttpMethod.Post, path, Spoilt(random, Encoding.UTF8.GetBytes(body)), type) { Headers = headers };
        }
    }

    public override string ToString() =>
        $"{Method} {Path} {ContentType} {string.Join(' ', Headers)} {(Body is null ? "" : Convert.ToBase64String(Body))}";

    private static byte[] Spoilt(Random random, byte[] bytes)
    {
        var spoilt = bytes.ToList();
        for (var times = random.Next(0, 5); times > 0 && spoilt.Count > 0; times--)
        {
            var at = random.Next(spoilt.Count);
            var count = Math.Min(spoilt.Count - at, random.Next(1, 30));
            switch (random.Next(7))
            {
                case 0:
                    spoilt[at] ^= (byte)(1 << random.Next(8));
                    break;
                case 1:
                    spoilt.RemoveRange(at, count);
                    break;
                case 2:
                    spoilt.InsertRange(at, spoilt.GetRange(at, count));
                    break;
                case 3:
                    var piece = spoilt.GetRange(at, Math.Min(count, 8));
                    spoilt.InsertRange(at, Enumerable.Range(0, random.Next(1, 400)).SelectMany(_ => piece).ToArray());
                    break;
                case 4:
                    spoilt.RemoveRange(at, spoilt.Count - at);
                    break;
                default:
                    spoilt.InsertRange(at, Encoding.UTF8.GetBytes(Pieces[random.Next(Pieces.Length)]));
                    break;
            }
        }

        return [.. spoilt];
    }

    // What a client can put into a request line at all.
    private static string Spoilt(Random random, string path)
    {
        var query = path.IndexOf('?', StringComparison.Ordinal);
        if (query < 0 || random.Next(4) == 0)
        {
            return "/" + Escaped(Spoilt(random, Encoding.UTF8.GetBytes(path[1..])), keep: "/?&=-.");
        }

        return path[..(query + 1)] + Escaped(Spoilt(random, Encoding.UTF8.GetBytes(path[(query + 1)..])), keep: "&=-.");
    }

    private static string Escaped(byte[] bytes, string keep)
    {
        var text = new StringBuilder();
        foreach (var one in bytes.Take(2_000))
        {
            _ = char.IsAsciiLetterOrDigit((char)one) || keep.Contains((char)one, StringComparison.Ordinal)
                ? text.Append((char)one)
                : text.Append(CultureInfo.InvariantCulture, $"%{one:X2}");
        }

        return text.ToString();
    }

    private static string Header(Random random, string value) => string.Concat(
        Spoilt(random, Encoding.ASCII.GetBytes(value)).Select(one => one is >= 32 and < 127 ? (char)one : '?'));
}
