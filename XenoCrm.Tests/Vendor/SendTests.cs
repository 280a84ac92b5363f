using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using XenoCrm.Tests.Support;

namespace XenoCrm.Tests.Vendor;

public sealed class SendTests : IAsyncLifetime
{
    private readonly VendorServer vendor = new();
    private Receiver receiver = null!;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => receiver = await Receiver.StartAsync();

    [Fact]
    public async Task A_single_message_is_answered_with_the_vendors_id()
    {
        using var answer = await vendor.PostAsync(new { recipient = "mara@example.com", text = "Hello", callbackUrl = receiver.Url });
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        var vendorId = (await answer.Content.ReadFromJsonAsync<JsonElement>(Cancellation)).GetProperty("vendorMessageId").GetString();
        await Support.Poll.UntilAsync(() => receiver.Receipts.Count == 1, "the receipt");
        Assert.Equal((vendorId, "mara@example.com"), (receiver.Receipts[0].VendorMessageId, receiver.Receipts[0].Recipient));
    }

    [Fact]
    public async Task A_batch_is_answered_message_by_message_in_its_order()
    {
        using var answer = await vendor.PostAsync(VendorServer.Batch(receiver.Url, "b", "a", "c"));
        var accepted = (await answer.Content.ReadFromJsonAsync<JsonElement>(Cancellation)).GetProperty("accepted");
        Assert.Equal(["b", "a", "c"], accepted.EnumerateArray().Select(one => one.GetProperty("id").GetString()));
        Assert.Equal(3, accepted.EnumerateArray().Select(one => one.GetProperty("vendorMessageId").GetString()).Distinct().Count());
    }

    [Fact]
    public async Task The_largest_batch_is_accepted()
    {
        Assert.Equal(1000, (await vendor.SendAsync(receiver.Url, Enumerable.Range(0, 1000).Select(i => $"m{i}"))).Count);
    }

    [Theory]
    [InlineData("List-Unsubscribe", "<https://crm.example.com/unsubscribe/abc>", HttpStatusCode.OK)]
    [InlineData("List-Unsubscribe", "<https://crm.example.com/>\r\nBcc: all@example.com", HttpStatusCode.BadRequest)]
    [InlineData("List Unsubscribe", "x", HttpStatusCode.BadRequest)]
    public async Task A_message_may_have_lines_for_the_head_of_an_email(string name, string value, HttpStatusCode status)
    {
        var headers = new Dictionary<string, string> { [name] = value };
        var message = new { id = "m", recipient = "mara@example.com", text = "Hello", headers };
        using var answer = await vendor.PostAsync(new { callbackUrl = receiver.Url, messages = new[] { message } });
        Assert.Equal(status, answer.StatusCode);
    }

    [Fact]
    public async Task The_same_id_again_is_the_same_message_and_has_one_outcome()
    {
        var first = await vendor.SendAsync(receiver.Url, "one", "two");
        var again = await vendor.SendAsync(receiver.Url, "two", "three", "two");
        Assert.Equal(first["two"], again["two"]);

        await vendor.SendAsync(receiver.Url, "last");
        await Support.Poll.UntilAsync(
            () => receiver.Receipts.Any(receipt => receipt.Id == "last") && vendor.PendingReceipts == 0, "all receipts");
        Assert.Equal(["last", "one", "three", "two"], receiver.Receipts.Select(receipt => receipt.Id).Order());
    }

    [Fact]
    public async Task Two_requests_at_once_with_the_same_ids_make_one_message_of_each()
    {
        var ids = Enumerable.Range(0, 200).Select(i => $"m{i}").ToArray();
        var answers = await Task.WhenAll(Enumerable.Range(0, 5).Select(_ => vendor.SendAsync(receiver.Url, ids)));
        Assert.All(answers, answer => Assert.Equal(answers[0], answer));
        await Support.Poll.UntilAsync(() => receiver.Receipts.Count >= 200 && vendor.PendingReceipts == 0, "all receipts");
        Assert.Equal(200, receiver.Receipts.Count);
    }

    [Theory]
    [InlineData("""{"recipient":"a@example.com","text":"Hello"}""", "callbackUrl")]
    [InlineData("""{"recipient":"a@example.com","text":"Hello","callbackUrl":"/vendor/receipt"}""", "callbackUrl")]
    [InlineData("""{"recipient":"a@example.com","text":"Hello","callbackUrl":"ftp://localhost/receipts"}""", "callbackUrl")]
    [InlineData("""{"recipient":"a@example.com","callbackUrl":"http://localhost/r"}""", "text")]
    [InlineData("""{"recipient":" ","text":"Hello","callbackUrl":"http://localhost/r"}""", "recipient")]
    [InlineData("""{"recipient":"a\nb","text":"Hello","callbackUrl":"http://localhost/r"}""", "recipient")]
    [InlineData("""{"recipient":7,"text":"Hello","callbackUrl":"http://localhost/r"}""", "recipient")]
    [InlineData("""{"callbackUrl":"http://localhost/r","messages":[]}""", "messages")]
    [InlineData(
        """{"callbackUrl":"http://localhost/r","text":"Hello","messages":[{"id":"good","recipient":"a@example.com","text":"Hello"}]}""",
        "messages")]
    [InlineData(
        """{"callbackUrl":"http://localhost/r","messages":[{"id":"good","recipient":"a@example.com","text":"Hello"},{"recipient":"a@example.com","text":"Hello"}]}""",
        "messages[1].id")]
    [InlineData(
        """{"callbackUrl":"http://localhost/r","messages":[{"id":"good","recipient":"a@example.com","text":"Hello"},{"id":"a/b","recipient":"a@example.com","text":"Hello"}]}""",
        "messages[1].id")]
    [InlineData(
        """{"callbackUrl":"http://localhost/r","messages":[{"id":"good","recipient":"a@example.com","text":"Hello"},{"id":"two","recipient":"a@example.com","text":""}]}""",
        "messages[1].text")]
    [InlineData(
        """{"callbackUrl":"http://localhost/r","messages":[{"id":"good","recipient":"a@example.com","text":"Hello"},null]}""",
        "messages[1]")]
    [InlineData(
        """{"callbackUrl":"http://localhost/r","messages":[{"id":"good","recipient":"a@example.com","text":"Hello"},{"id":[]}]}""",
        "messages[1].id")]
    [InlineData(
        """{"callbackUrl":"http://localhost/r","messages":[{"id":"good","recipient":"a@example.com","text":"Hello"}""", "messages[1]")]
    [InlineData("[]", "$")]
    [InlineData("null", "$")]
    [InlineData("", "$")]
    public async Task A_bad_request_names_the_field_and_nothing_of_it_is_accepted(string body, string field)
    {
        using var answer = await vendor.Client.PostAsync(
            "/vendor/send", new StringContent(body, Encoding.UTF8, "application/json"), Cancellation);
        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.Equal("application/problem+json", answer.Content.Headers.ContentType?.MediaType);
        var problem = await answer.Content.ReadFromJsonAsync<JsonElement>(Cancellation);
        Assert.Equal([field], problem.GetProperty("errors").EnumerateObject().Select(error => error.Name));
        Assert.Null(await vendor.FindAsync("good"));
    }

    [Fact]
    public async Task A_batch_over_a_thousand_is_refused()
    {
        using var answer = await vendor.PostAsync(VendorServer.Batch(receiver.Url, Enumerable.Range(0, 1001).Select(i => $"m{i}")));
        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.Null(await vendor.FindAsync("m0"));
    }

    [Fact]
    public async Task A_body_over_the_limit_is_refused_with_413()
    {
        using var request = new HttpRequestMessage(
            HttpMethod.Post, "/vendor/send")
        { Content = new ByteArrayContent(new byte[17 * 1024 * 1024]) };
        request.Headers.ExpectContinue = true;
        using var answer = await vendor.Client.SendAsync(request, Cancellation);
        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, answer.StatusCode);
        Assert.Equal("application/problem+json", answer.Content.Headers.ContentType?.MediaType);
    }

    [Fact]
    public async Task A_body_that_is_not_JSON_by_its_header_is_refused_with_the_remedy()
    {
        using var content =
            new ByteArrayContent("{}"u8.ToArray()) { Headers = { ContentType = new MediaTypeHeaderValue("application/x-www-form-urlencoded") } };
        using var answer = await vendor.Client.PostAsync("/vendor/send", content, Cancellation);
        Assert.Equal(HttpStatusCode.UnsupportedMediaType, answer.StatusCode);
        var problem = await answer.Content.ReadFromJsonAsync<JsonElement>(Cancellation);
        Assert.Contains("application/json", problem.GetProperty("detail").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_unknown_route_is_a_problem_too()
    {
        using var answer = await vendor.Client.GetAsync("/vendor/nothing", Cancellation);
        Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
        Assert.Equal("application/problem+json", answer.Content.Headers.ContentType?.MediaType);
    }

    public async ValueTask DisposeAsync()
    {
        vendor.Dispose();
        await receiver.DisposeAsync();
    }
}
