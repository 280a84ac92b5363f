using System.Globalization;
using System.Text.Json;
using Microsoft.AspNetCore.WebUtilities;
using XenoCrm.Api.Vendor;
using XenoCrm.Api.Vendor.Http;
using XenoCrm.Core.Campaigns;
using XenoCrm.Tests.Support;

namespace XenoCrm.Tests.Sending;

/// <summary>A vendor with an API of its own, over a real socket: what it is sent, and what is made of its answers.</summary>
public sealed class HttpVendorTests : IAsyncDisposable
{
    private const string Json = """
        {"from": "Shop", "to": ["{{recipient}}"], "content": {"text": "{{text}}", "subject": "Re: {{subject}}"}, "ref": "{{id}}",
         "unsubscribe": "{{header:List-Unsubscribe}}", "flash": false, "retries": 3}
        """;

    private readonly WebVendor web = new();
    private readonly HttpClient http = new() { Timeout = TimeSpan.FromSeconds(20) };

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public static TheoryData<string> Hostile => new(
    [
        "\"}, {\"to\": \"all\"", "a\nb\r\nc\td", "a&b=c%20d+e?f#g", "🎉 é ß 你好", "\\ \\n \" ' < >", "{{id}} {{recipient}}",
        "\u0001\u2028\u0000", "&to=all@example.com",
    ]);

    [Theory]
    [MemberData(nameof(Hostile))]
    public async Task Whatever_a_text_is_it_stays_in_its_place(string text)
    {
        await SendAsync(new HttpVendorOptions { Url = Url("/v1/send"), Body = Json }, Message(text: text));
        var body = JsonElement.Parse(Assert.Single(web.Calls).Body);
        Assert.Equal(
            ["from", "to", "content", "ref", "flash", "retries"], body.EnumerateObject().Select(member => member.Name));
        Assert.Equal(text, body.GetProperty("content").GetProperty("text").GetString());
        Assert.Equal("m-1@example.com", Assert.Single(body.GetProperty("to").EnumerateArray()).GetString());
        Assert.Equal((false, 3), (body.GetProperty("flash").GetBoolean(), body.GetProperty("retries").GetInt32()));

        web.Calls.Clear();
        await SendAsync(
            new HttpVendorOptions
            {
                Url = Url("/v1/send?key=1&ref={{id}}"),
                Format = BodyFormat.Form,
                Body = "From=+49 1 &To={{recipient}}&Body=Hi {{text}}&Reply={{header:Reply-To}}",
            },
            Message(text: text));
        var call = Assert.Single(web.Calls);
        Assert.Equal("/v1/send?key=1&ref=m-1", call.Url);
        Assert.Equal("application/x-www-form-urlencoded", call.Headers["Content-Type"]);
        var form = QueryHelpers.ParseQuery(call.Body);
        Assert.Equal(["Body", "From", "To"], form.Keys.Order());
        Assert.Equal("+49 1 ", form["From"]);
        Assert.Equal("m-1@example.com", form["To"]);
        Assert.Equal("Hi " + text, form["Body"]);

        web.Calls.Clear();
        await SendAsync(
            new HttpVendorOptions { Url = Url("/sms?to={{recipient}}&text={{text}}&x=1"), Method = "GET" }, Message(text: text));
        call = Assert.Single(web.Calls);
        var query = QueryHelpers.ParseQuery(call.Url[call.Url.IndexOf('?', StringComparison.Ordinal)..]);
        Assert.Equal(("GET", ""), (call.Method, call.Body));
        Assert.Equal(["text", "to", "x"], query.Keys.Order());
        Assert.Equal(text, query["text"]);
    }

    [Fact]
    public async Task Headers_come_along_and_carry_the_id_where_they_name_it()
    {
        var options = new HttpVendorOptions { Url = Url("/"), Body = Json };
        options.Headers.AddRange(["Authorization: Bearer s3cr3t", "Idempotency-Key: {{id}}"]);
        var message = Message() with { Headers = new Dictionary<string, string> { ["List-Unsubscribe"] = "<https://crm/u/1>" } };
        await SendAsync(options, message);
        var call = Assert.Single(web.Calls);
        Assert.Equal(("Bearer s3cr3t", "m-1"), (call.Headers["Authorization"], call.Headers["Idempotency-Key"]));
        Assert.Equal("<https://crm/u/1>", JsonElement.Parse(call.Body).GetProperty("unsubscribe").GetString());
        Assert.Equal("Re: Spring", JsonElement.Parse(call.Body).GetProperty("content").GetProperty("subject").GetString());
    }

    [Theory]
    [InlineData("messages[0].sid", """{"messages": [{"sid": "SM1"}]}""", "SM1")]
    [InlineData("id", """{"id": 4711}""", "4711")]
    [InlineData("[0]", """["x-1"]""", "x-1")]
    [InlineData("data.message-id", """{"data": {"message-id": "a b"}}""", "a b")]
    [InlineData(null, "OK, thank you", "m-1")]
    public async Task The_vendor_s_id_is_read_where_it_is_said_to_be(string? place, string answer, string id)
    {
        web.OnCall = (http, _) => http.Response.WriteAsync(answer, Cancellation);
        var answered = await SendAsync(Options(place), Message());
        Assert.Equal(id, Assert.IsType<MessageAnswer.Accepted>(Assert.Single(answered.Answers).Value).VendorMessageId);
        Assert.Null(answered.Away);
    }

    [Theory]
    [InlineData("""{"messages": []}""", "the vendor's answer has no id at messages[0].sid (Vendors:Phone:Http:Answer:Id)")]
    [InlineData("OK", "the vendor's answer is not the JSON that it should be")]
    public async Task An_answer_without_the_id_stops_the_sending_and_names_the_setting(string answer, string reason)
    {
        web.OnCall = (http, _) => http.Response.WriteAsync(answer, Cancellation);
        var answered = await SendAsync(Options("messages[0].sid"), Message());
        Assert.Equal(reason, answered.Away!.Reason);
        Assert.Equal(reason, Assert.IsType<MessageAnswer.Lost>(Assert.Single(answered.Answers).Value).Reason);
    }

    [Theory]
    [InlineData(400, true)]
    [InlineData(422, true)]
    [InlineData(404, false)]
    [InlineData(410, true, 410)]
    public async Task Some_statuses_refuse_a_message_for_good(int status, bool refuses, params int[] configured)
    {
        web.OnCall = (http, _) => WebVendor.AnswerAsync(
            http, status, new { error = new { message = "Bad number +4915112345678 for mara@example.com" } });
        var options = Options();
        options.Answer.Reason = "error.message";
        options.Answer.Refused.AddRange(configured);
        var answered = await SendAsync(options, Message());
        if (refuses)
        {
            Assert.Equal(
                $"the vendor answered {status}: Bad number [number] for [address]",
                Assert.IsType<MessageAnswer.Refused>(Assert.Single(answered.Answers).Value).Reason);
            Assert.Null(answered.Away);
        }
        else
        {
            Assert.Empty(answered.Answers);
            Assert.Equal(new SendAnswer.Unavailable($"the vendor answered {status}", null, false), answered.Away);
        }
    }

    [Theory]
    [InlineData(429, "7", false)]
    [InlineData(503, "120", false)]
    [InlineData(401, null, false)]
    [InlineData(500, null, true)]
    public async Task Others_mean_later_and_nothing_more_is_begun(int status, string? retryAfter, bool maybeHanded)
    {
        web.OnCall = (http, _) => WebVendor.AnswerAsync(http, status, retryAfter: retryAfter);
        var options = Options();
        options.Concurrency = 1;
        var answered = await SendAsync(options, [.. Enumerable.Range(1, 5).Select(i => Message($"m-{i}"))]);
        Assert.Single(web.Calls);
        Assert.Equal($"the vendor answered {status}", answered.Away!.Reason);
        Assert.Equal(
            retryAfter is null ? null : TimeSpan.FromSeconds(int.Parse(retryAfter, CultureInfo.InvariantCulture)),
            answered.Away.RetryAfter);
        Assert.Equal(maybeHanded ? 1 : 0, answered.Answers.Count);
    }

    [Fact]
    public async Task One_message_that_upsets_a_vendor_does_not_make_it_away()
    {
        web.OnCall = (http, call) => call.Body.Contains("m-2", StringComparison.Ordinal)
            ? WebVendor.AnswerAsync(http, 500) : WebVendor.AnswerAsync(http, 200);
        var options = Options();
        options.Concurrency = 1;
        var answered = await SendAsync(options, Message("m-1"), Message("m-2"), Message("m-3"));
        Assert.Null(answered.Away);
        Assert.IsType<MessageAnswer.Accepted>(answered.Answers["m-1"]);
        Assert.Equal("the vendor answered 500", Assert.IsType<MessageAnswer.Lost>(answered.Answers["m-2"]).Reason);
        Assert.DoesNotContain("m-3", answered.Answers.Keys);
    }

    [Fact]
    public async Task Messages_go_side_by_side_and_no_more_than_are_allowed()
    {
        var (now, most) = (0, 0);
        using var together = new SemaphoreSlim(0);
        web.OnCall = async (http, _) =>
        {
            var at = Interlocked.Increment(ref now);
            InterlockedMax(ref most, at);
            if (at == 3)
            {
                together.Release(100);
            }

            await together.WaitAsync(http.RequestAborted);
            Interlocked.Decrement(ref now);
        };
        var options = Options();
        options.Concurrency = 3;
        var answered = await SendAsync(options, [.. Enumerable.Range(1, 30).Select(i => Message($"m-{i}"))]);
        Assert.Equal((30, 3), (answered.Answers.Count, most));
    }

    [Fact]
    public async Task A_batch_is_one_request_and_its_answers_are_told_apart()
    {
        web.OnCall = (http, _) => WebVendor.AnswerAsync(http, 200, new
        {
            data = new object[]
            {
                new { sid = "v-2", r = "m-2" }, new { error = "no such number", r = "m-3" }, new { sid = "v-1", r = "m-1" },
            },
        });
        var options = new HttpVendorOptions
        {
            Url = Url("/batch"),
            Body = """{"from": "Shop", "messages": "{{messages}}"}""",
            Item = """{"to": "{{recipient}}", "text": "{{text}}", "r": "{{id}}"}""",
            Answer = { Items = "data", Id = "sid", OurId = "r", Reason = "error" },
        };
        var answered = await SendAsync(options, [.. Enumerable.Range(1, 4).Select(i => Message($"m-{i}", "\"quoted\"\n"))]);
        var sent = JsonElement.Parse(Assert.Single(web.Calls).Body).GetProperty("messages");
        Assert.Equal(["m-1", "m-2", "m-3", "m-4"], sent.EnumerateArray().Select(one => one.GetProperty("r").GetString()));
        Assert.All(sent.EnumerateArray(), one => Assert.Equal("\"quoted\"\n", one.GetProperty("text").GetString()));
        Assert.Equal(
            [
                new MessageAnswer.Accepted("v-1"), new MessageAnswer.Accepted("v-2"), new MessageAnswer.Refused("no such number"),
                new MessageAnswer.Refused("the vendor passed the message over"),
            ],
            answered.Answers.OrderBy(answer => answer.Key, StringComparer.Ordinal).Select(answer => answer.Value));
    }

    [Theory]
    [InlineData("""{"data": []}""")]
    [InlineData("""{"data": [{"r": "m-1"}, {"r": "m-2"}]}""")]
    [InlineData("""{"data": [{"sid": "v-1", "r": "another"}, {"error": "", "r": "m-2"}]}""")]
    public async Task A_batch_of_whose_answers_none_can_be_read_is_not_refused_but_waits(string answer)
    {
        web.OnCall = (http, _) => http.Response.WriteAsync(answer, Cancellation);
        var options = new HttpVendorOptions
        {
            Url = Url("/batch"),
            Body = """{"messages": "{{messages}}"}""",
            Item = """{"to": "{{recipient}}", "text": "{{text}}", "r": "{{id}}"}""",
            Answer = { Items = "data", Id = "sid", OurId = "r", Reason = "error" },
        };
        var batch = new VendorBatch([Message("m-1"), Message("m-2")], TimeProvider.System.GetUtcNow() + TimeSpan.FromMinutes(1));
        var away = Assert.IsType<SendAnswer.Unavailable>(await Vendor(options).SendAsync(batch, Cancellation));
        Assert.Equal(
            "the vendor's answer has no id at sid (Vendors:Phone:Http:Answer:Id), "
                + "and no reason at error (Vendors:Phone:Http:Answer:Reason)",
            away.Reason);
        Assert.True(away.MaybeHanded);
    }

    [Fact]
    public async Task Past_its_time_nothing_is_begun()
    {
        var vendor = Vendor(Options());
        var answer = await vendor.SendAsync(
            new VendorBatch([Message()], TimeProvider.System.GetUtcNow() - TimeSpan.FromSeconds(1)), Cancellation);
        var each = Assert.IsType<SendAnswer.OneByOne>(answer);
        Assert.Empty(each.Answers);
        Assert.Null(each.Away);
        Assert.Empty(web.Calls);
    }

    [Fact]
    public async Task It_cannot_tell_and_says_so_and_is_asked_without_a_message_whether_it_is_there()
    {
        var vendor = Vendor(Options());
        Assert.IsType<AskAnswer.CannotTell>(await vendor.AskAsync(new MessageId("m-1", 1), Cancellation));
        web.OnCall = (http, _) => WebVendor.AnswerAsync(http, 405);
        Assert.Null(await vendor.ProbeAsync(Cancellation));
        web.OnCall = (http, _) => WebVendor.AnswerAsync(http, 503);
        Assert.Equal("the vendor answered 503", (await vendor.ProbeAsync(Cancellation))!.Reason);
        Assert.Empty(web.Calls);
    }

    public async ValueTask DisposeAsync()
    {
        http.Dispose();
        await web.DisposeAsync();
    }

    private static void InterlockedMax(ref int most, int value)
    {
        for (var seen = most; value > seen; seen = most)
        {
            Interlocked.CompareExchange(ref most, value, seen);
        }
    }

    private HttpVendorOptions Options(string? id = null) => new()
    {
        Url = Url("/v1/send"),
        Body = """{"to": "{{recipient}}", "text": "{{text}}", "ref": "{{id}}"}""",
        Answer = { Id = id },
    };

    private Uri Url(string path) => new(web.Address.GetLeftPart(UriPartial.Authority) + path);

    private static VendorMessage Message(string id = "m-1", string text = "Hi") =>
        new(id, $"{id}@example.com", text) { Subject = "Spring" };

    private HttpVendor Vendor(HttpVendorOptions options)
    {
        Assert.Empty(HttpVendorCheck.Faults(options, "Vendors:Phone:Http"));
        return new HttpVendor(http, options, "Vendors:Phone:Http", null, TimeProvider.System);
    }

    private async Task<SendAnswer.OneByOne> SendAsync(HttpVendorOptions options, params VendorMessage[] messages) =>
        Assert.IsType<SendAnswer.OneByOne>(await Vendor(options).SendAsync(
            new VendorBatch(messages, TimeProvider.System.GetUtcNow() + TimeSpan.FromMinutes(1)), Cancellation));
}
