using System.Globalization;
using System.Net;
using System.Text;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using XenoCrm.Api.Vendor;
using XenoCrm.Api.Webhooks;
using XenoCrm.Core.Campaigns;
using XenoCrm.Core.Receipts;
using XenoCrm.Data.Sqlite;
using XenoCrm.Tests.Receipts;
using XenoCrm.Tests.Support;

namespace XenoCrm.Tests.Security;

/// <summary>
/// Receipts that somebody forged, cut off, kept too long, or sends again. Most of them meet the signature, the reader and
/// the store as the endpoint calls them; the last few thousand come over a socket.
/// </summary>
public sealed class ReceiptFuzzTests : IAsyncDisposable
{
    private const int InProcess = 100_000;
    private const int OverHttp = 2_000;
    private const int Rows = 50;

    private static readonly DateTimeOffset Now = new(2026, 11, 22, 8, 0, 0, TimeSpan.Zero);
    private static readonly byte[] Secret = "a secret that only the two of us know"u8.ToArray();
    private static readonly byte[] Rotating = "the secret that is being retired now"u8.ToArray();

    private readonly TempFolder folder = new();
    private readonly SqliteDatabase database;
    private readonly DeliveryLog log;
    private readonly SqliteReceiptStore store;

    public ReceiptFuzzTests()
    {
        database = new SqliteDatabase($"Data Source={folder.File("xenocrm.db")}", NullLogger<SqliteDatabase>.Instance);
        log = new DeliveryLog(database);
        store = new SqliteReceiptStore(database, new FakeTimeProvider(Now));
    }

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_hundred_thousand_forged_cut_expired_and_replayed_receipts_change_nothing()
    {
        var own = new WebhookSignature([Secret, Rotating], new FakeTimeProvider(Now));
        var genuine = Genuine();
        await ApplyAsync(genuine.SelectMany(body => ReceiptReader.Read(body).Receipts));
        var before = Log();
        Assert.All(before, row => Assert.NotEqual(DeliveryStatus.Pending, row.Status));

        var replayed = new List<Receipt>();
        var kinds = new HashSet<Attack>();
        Property.Check(InProcess, random =>
        {
            var attack = Forgery.Of(random, random.Pick(genuine), Secret, Rotating, Now);
            kinds.Add(attack.Kind);
            var refusal = own.Refusal(Headers(attack), attack.Body);
            if (attack.Kind == Attack.Replayed)
            {
                Assert.Null(refusal);
                replayed.AddRange(ReceiptReader.Read(attack.Body).Receipts);
            }
            else
            {
                Assert.NotNull(refusal);
            }
        });
        await ApplyAsync(replayed);

        Assert.Equal(before, Log());
        Assert.True(Property.Replays || kinds.Count == Enum.GetValues<Attack>().Length);
    }

    [Fact]
    public async Task Over_a_socket_the_forged_are_refused_and_the_replayed_are_answered_as_the_first_time()
    {
        using var api = new ApiServer(new Dictionary<string, string?>
        {
            ["Webhooks:Secrets:0"] = Encoding.UTF8.GetString(Secret),
            ["Webhooks:Secrets:1"] = Encoding.UTF8.GetString(Rotating),
        });
        using var client = api.Anonymous();
        var genuine = Genuine();
        var replays = 0;
        await Property.CheckAsync(OverHttp, async random =>
        {
            var attack = Forgery.Of(random, random.Pick(genuine), Secret, Rotating, TimeProvider.System.GetUtcNow());
            using var request = new HttpRequestMessage(HttpMethod.Post, "/vendor/receipt") { Content = new ByteArrayContent(attack.Body) };
            foreach (var (name, value) in attack.Headers)
            {
                request.Headers.TryAddWithoutValidation(name, value);
            }

            using var answer = await client.SendAsync(request, Cancellation);
            Assert.Equal(attack.Kind == Attack.Replayed ? HttpStatusCode.OK : HttpStatusCode.Unauthorized, answer.StatusCode);
            replays += attack.Kind == Attack.Replayed ? 1 : 0;
        });

        // Whatever got into the stream is what the vendor itself had said.
        var entries = await api.Services.GetRequiredService<IReceiptStream>()
            .ReadAsync(new ReceiptConsumer("test", "reader"), 10_000, Cancellation);
        Assert.Equal(replays, entries.Count);
        var known = genuine.Select(body => ReceiptReader.Read(body).Receipts.Single()).ToHashSet();
        Assert.All(entries, entry => Assert.Contains(Assert.Single(entry.Receipts!), known));
    }

    public async ValueTask DisposeAsync()
    {
        await database.DisposeAsync();
        folder.Dispose();
    }

    private static List<byte[]> Genuine() =>
        [
            .. Enumerable.Range(0, Rows)
                .Select(
                    i => Encoding.UTF8.GetBytes(
                        $$"""{"id":"row-{{i}}","vendorMessageId":"v-{{i}}","status":"{{(i % 3 == 0 ? "FAILED" : "SENT")}}","reason":"mailbox full"}"""))
        ];

    private async Task ApplyAsync(IEnumerable<Receipt> receipts)
    {
        if (Log().Length == 0)
        {
            await log.AddAsync(Enumerable.Range(0, Rows).Select(i => new LogRow { Id = $"row-{i}", DueAt = 1 }));
        }

        foreach (var batch in receipts.Chunk(1_000))
        {
            await store.ApplyAsync(batch, Cancellation);
        }
    }

    private LogRow[] Log() => log.Count(DeliveryStatus.Pending) + log.Count(DeliveryStatus.Failed) + log.Count(DeliveryStatus.Sent) == 0
        ? []
        : [.. Enumerable.Range(0, Rows).Select(i => log.Row($"row-{i}"))];

    private static HeaderDictionary Headers(Forgery attack)
    {
        var headers = new HeaderDictionary();
        foreach (var (name, value) in attack.Headers)
        {
            headers[name] = value;
        }

        return headers;
    }
}

internal enum Attack
{
    /// <summary>Exactly as it was, inside the window: the only one whose signature is good.</summary>
    Replayed,
    Expired,
    OfTheFuture,
    OtherSecret,
    OtherBody,
    CutOff,
    OtherId,
    OtherTime,
    OtherSignature,
    NoSignature,
    OtherVersion,
}

/// <summary>A call that claims to be the vendor's.</summary>
internal sealed record Forgery(Attack Kind, Dictionary<string, string> Headers, byte[] Body)
{
    public static Forgery Of(Random random, byte[] genuine, byte[] secret, byte[] other, DateTimeOffset now)
    {
        var kind = random.Pick(Enum.GetValues<Attack>());
        var seconds = kind switch
        {
            Attack.Expired => -random.Next(330, 1_000_000),
            Attack.OfTheFuture => random.Next(330, 1_000_000),
            _ => random.Next(-270, 270),
        };
        var id = $"msg-{random.Next(100)}";
        var signer = new WebhookSignature(
            kind == Attack.OtherSecret ? [Bytes(random, random.Next(1, 64))] : [random.OneIn(2) ? secret : other],
            new FakeTimeProvider(now.AddSeconds(seconds)));
        using var request = new HttpRequestMessage();
        signer.Sign(request.Headers, id, genuine);
        var headers = request.Headers.ToDictionary(header => header.Key, header => string.Join(' ', header.Value));
        var body = genuine;
        switch (kind)
        {
            case Attack.OtherBody:
                body = [.. genuine];
                body[random.Next(body.Length)] ^= (byte)(1 << random.Next(8));
                break;
            case Attack.CutOff:
                body = random.OneIn(2) ? genuine[..random.Next(genuine.Length)] : [.. genuine, .. Bytes(random, random.Next(1, 10))];
                break;
            case Attack.OtherId:
                headers[WebhookSignature.IdHeader] = random.Pick([id + "0", id[..^1], "", "msg 1", new string('m', 300), "msg-1.1"]);
                break;
            case Attack.OtherTime:
                headers[WebhookSignature.TimestampHeader] = random.Pick(
                [
                    now.AddSeconds(seconds + 1)
                        .ToUnixTimeSeconds()
                        .ToString(CultureInfo.InvariantCulture), "", "-1", "0", "1e9", "99999999999999999999", "+" + headers[
                            WebhookSignature.TimestampHeader],
                    "0" + headers[WebhookSignature.TimestampHeader], headers[WebhookSignature.TimestampHeader] + ".0",
                ]);
                break;
            case Attack.OtherSignature:
                var signature = Convert.FromBase64String(headers[WebhookSignature.SignatureHeader][3..]);
                signature[random.Next(signature.Length)] ^= (byte)(1 << random.Next(8));
                var forged = Convert.ToBase64String(signature);
                headers[WebhookSignature.SignatureHeader] = random.Pick(
                    [
                        "v1," + forged,
                        "v1," + forged[..^4],
                        forged,
                        "v1,",
                        "v1," + forged + " v1,",
                        "v1," + Convert.ToBase64String(Bytes(random, 32))
                    ]);
                break;
            case Attack.NoSignature:
                headers.Remove(random.Pick(headers.Keys.ToArray()));
                break;
            case Attack.OtherVersion:
                headers[WebhookSignature.SignatureHeader] = random.Pick(
                    ["v1a", "v2", "V1", "v0", "none"]) + headers[WebhookSignature.SignatureHeader][2..];
                break;
        }

        return new Forgery(kind, headers, body);
    }

    private static byte[] Bytes(Random random, int count)
    {
        var bytes = new byte[count];
        random.NextBytes(bytes);
        return bytes;
    }
}
