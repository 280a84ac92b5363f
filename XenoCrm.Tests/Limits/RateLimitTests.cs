using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Options;
using XenoCrm.Api.Limits;
using XenoCrm.Api.Webhooks;
using XenoCrm.Tests.Support;

namespace XenoCrm.Tests.Limits;

public sealed class RateLimitTests
{
    private const string Key = "a-key-that-only-the-shop-knows";
    private const string Receipt = """{"vendorMessageId":"v-1","status":"SENT"}""";

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_person_who_asks_too_much_is_told_when_to_come_back_and_nobody_else_is()
    {
        using var api = Api(("UserRate", 1), ("UserBurst", 5));
        using var mara = await api.SignedInAsync("mara@example.com");
        using var refused = await UntilRefusedAsync(mara, "/customers", atMost: 20);
        var problem = await refused.ProblemAsync(HttpStatusCode.TooManyRequests);
        Assert.Contains("again", problem.Text("detail"), StringComparison.Ordinal);
        Assert.InRange(refused.Headers.RetryAfter?.Delta ?? default, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(2));

        // The same person from elsewhere is the same person; another one is not, nor is a program or a probe.
        using var again = await api.SignedInAsync("mara@example.com");
        using var stillRefused = await UntilRefusedAsync(again, "/customers", atMost: 5);
        using var ben = await api.SignedInAsync("ben@example.com");
        Assert.Equal(HttpStatusCode.OK, (await ben.GetAsync("/customers", Cancellation)).StatusCode);
        using var shop = WithKey(api);
        Assert.Equal(HttpStatusCode.OK, (await shop.GetAsync("/customers", Cancellation)).StatusCode);
    }

    [Fact]
    public async Task A_key_has_a_limit_of_its_own()
    {
        using var api = Api(("KeyRate", 1), ("KeyBurst", 5));
        using var shop = WithKey(api);
        using var refused = await UntilRefusedAsync(shop, "/customers", atMost: 20);
        using var mara = await api.SignedInAsync();
        Assert.Equal(HttpStatusCode.OK, (await mara.GetAsync("/customers", Cancellation)).StatusCode);
    }

    [Fact]
    public async Task Wrong_keys_are_counted_by_network_address()
    {
        using var api = Api(("AddressRate", 1), ("AddressBurst", 5));
        using var guesser = api.Anonymous();
        for (var i = 0; ; i++)
        {
            Assert.True(i < 20, "Twenty wrong keys in a row were looked at.");
            guesser.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", $"guess-{i}");
            using var answer = await guesser.GetAsync("/customers", Cancellation);
            if (answer.StatusCode == HttpStatusCode.TooManyRequests)
            {
                break;
            }

            Assert.Equal(HttpStatusCode.Unauthorized, answer.StatusCode);
        }

        using var shop = WithKey(api);
        Assert.Equal(HttpStatusCode.OK, (await shop.GetAsync("/customers", Cancellation)).StatusCode);
    }

    [Fact]
    public async Task Signing_in_is_counted_by_network_address_and_does_not_touch_who_is_in()
    {
        using var api = Api(("SignInRate", 1), ("SignInBurst", 5));
        using var mara = await api.SignedInAsync();
        using var stranger = api.Anonymous();
        var statuses = new List<HttpStatusCode>();
        for (var i = 0; i < 20; i++)
        {
            using var answer = await stranger.PostAsJsonAsync("/auth/dev", new { email = $"p{i}@example.com" }, Cancellation);
            statuses.Add(answer.StatusCode);
        }

        Assert.Equal([HttpStatusCode.OK, HttpStatusCode.TooManyRequests], statuses.Distinct());
        Assert.Equal(HttpStatusCode.OK, (await mara.GetAsync("/auth/me", Cancellation)).StatusCode);
    }

    [Fact]
    public async Task Health_probes_are_never_counted()
    {
        using var api = Api(("AddressRate", 1), ("AddressBurst", 1));
        using var probe = api.Anonymous();
        for (var i = 0; i < 20; i++)
        {
            Assert.Equal(HttpStatusCode.OK, (await probe.GetAsync("/alive", Cancellation)).StatusCode);
            Assert.Equal(HttpStatusCode.OK, (await probe.GetAsync("/health", Cancellation)).StatusCode);
        }
    }

    [Fact]
    public async Task A_flood_of_receipts_fills_its_own_queue_and_locks_nobody_out()
    {
        using var api = Api(("Receipts", 4), ("ReceiptQueue", 8));
        using var mara = await api.SignedInAsync();
        var release = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var flood = Enumerable.Range(0, 100).Select(_ => SlowReceiptAsync(api, release.Task)).ToList();

        // Four are worked on, eight wait, and the others are told to come back.
        await Poll.UntilAsync(() => Task.FromResult(flood.Count(call => call.IsCompleted) == 88), "the queue of the receipts to be full");
        for (var i = 0; i < 20; i++)
        {
            Assert.Equal(HttpStatusCode.OK, (await mara.GetAsync("/customers", Cancellation)).StatusCode);
        }

        using var another = await api.SignedInAsync("ben@example.com");
        release.SetResult();
        var answers = await Task.WhenAll(flood);
        Assert.Equal(12, answers.Count(answer => answer.StartsWith("HTTP/1.1 200", StringComparison.Ordinal)));
        Assert.All(answers.Where(answer => !answer.StartsWith("HTTP/1.1 200", StringComparison.Ordinal)), answer =>
        {
            Assert.StartsWith("HTTP/1.1 429", answer, StringComparison.Ordinal);
            Assert.Contains("Retry-After: 1", answer, StringComparison.Ordinal);
            Assert.Contains("application/problem+json", answer, StringComparison.Ordinal);
        });
    }

    // What each caller may always do, in numbers that are far above a test program's and a bulk import's.
    [Fact]
    public async Task A_thousand_requests_of_a_person_and_five_thousand_of_a_key_are_taken_as_they_come()
    {
        using var api = new ApiServer(Settings([]));
        using var mara = await api.SignedInAsync();
        using var shop = WithKey(api);
        await Task.WhenAll(TakenAsync(mara, 1_000), TakenAsync(shop, 5_000));

        static Task TakenAsync(HttpClient client, int count) => Parallel.ForAsync(
            0, count, new ParallelOptions { MaxDegreeOfParallelism = 8, CancellationToken = Cancellation }, async (_, token) =>
        {
            using var answer = await client.GetAsync("/auth/me", token);
            Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        });
    }

    [Theory]
    [InlineData("192.0.2.7", "192.0.2.7")]
    [InlineData("::ffff:192.0.2.7", "192.0.2.7")]
    [InlineData("2001:db8:1:2:3:4:5:6", "20010db800010002")]
    [InlineData("2001:db8:1:2:ffff::1", "20010db800010002")]
    public void An_address_is_counted_by_what_one_household_cannot_choose(string address, string counted) =>
        Assert.Equal(counted, RateLimits.Address(IPAddress.Parse(address)));

    [Theory]
    [InlineData("Limits:UserRate", "0")]
    [InlineData("Limits:ReceiptQueue", "-1")]
    public void A_limit_that_cannot_be_ends_the_start(string key, string value) =>
        Assert.Contains(
            key.Split(':')[1],
            Assert.ThrowsAny<OptionsValidationException>(() => new ApiServer([new(key, value)])).Message,
            StringComparison.Ordinal);

    private static async Task<HttpResponseMessage> UntilRefusedAsync(HttpClient client, string path, int atMost)
    {
        for (var i = 0; i < atMost; i++)
        {
            var answer = await client.GetAsync(path, Cancellation);
            if (answer.StatusCode == HttpStatusCode.TooManyRequests)
            {
                return answer;
            }

            Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
            answer.Dispose();
        }

        throw new InvalidOperationException($"None of {atMost} requests was refused.");
    }

    private static HttpClient WithKey(ApiServer api)
    {
        var client = api.Anonymous();
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", Key);
        return client;
    }

    private static ApiServer Api(params (string Name, int Value)[] limits) => new(Settings(limits));

    private static Dictionary<string, string?> Settings((string Name, int Value)[] limits)
    {
        var settings = limits.ToDictionary(limit => "Limits:" + limit.Name, limit => (string?)$"{limit.Value}");
        settings["ApiKeys:Keys:shop"] = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(Key)));
        return settings;
    }

    /// <summary>
    /// A signed receipt of which the second half comes later: a caller that takes its time, or one that wants to be in the way.
    /// </summary>
    private static async Task<string> SlowReceiptAsync(ApiServer api, Task release)
    {
        using var request = new HttpRequestMessage();
        api.Services.GetRequiredService<WebhookSignature>().Sign(request.Headers, "msg-1", Encoding.UTF8.GetBytes(Receipt));
        using var client = new TcpClient();
        await client.ConnectAsync(api.Address.Host, api.Address.Port, Cancellation);
        var stream = client.GetStream();
        var head =
            $"POST /vendor/receipt HTTP/1.1\r\nHost: {api.Address.Authority}\r\nContent-Length: {Receipt.Length}\r\n{request.Headers}\r\n";
        await stream.WriteAsync(Encoding.ASCII.GetBytes(head + Receipt[..10]), Cancellation);

        var answer = ReadHeadAsync(stream);
        if (await Task.WhenAny(answer, release) == release)
        {
            await stream.WriteAsync(Encoding.ASCII.GetBytes(Receipt[10..]), Cancellation);
        }

        return await answer;
    }

    private static async Task<string> ReadHeadAsync(Stream stream)
    {
        using var reader = new StreamReader(stream, leaveOpen: true);
        var head = new StringBuilder();
        while (await reader.ReadLineAsync(Cancellation) is { Length: > 0 } line)
        {
            head.AppendLine(line);
        }

        return head.ToString();
    }
}
