using System.Text;
using System.Text.Json;
using XenoCrm.Api.Vendor;
using XenoCrm.Core.Campaigns;
using XenoCrm.Core.Receipts;

namespace XenoCrm.Tests.Receipts;

public sealed class ReceiptReaderTests
{
    [Fact]
    public void One_receipt_is_read_with_all_that_it_says() => Assert.Equal(
        new Receipt(
            "018f~2", "v-\u00fc", DeliveryStatus.Failed, "mailbox full", new DateTimeOffset(2026, 11, 22, 8, 0, 0, 125, TimeSpan.Zero)),
        Assert.Single(
            Read(
                """{"id":"018f~2","vendorMessageId":"v-\u00fc","recipient":"r","status":"FAILED","reason":"mailbox full","at":"2026-11-22T09:00:00.125+01:00"}""").Receipts));

    [Fact]
    public void What_is_null_is_absent() => Assert.Equal(
        new Receipt(null, "v-1", DeliveryStatus.Sent, null, null),
        Assert.Single(Read("""{"id":null,"vendorMessageId":"v-1","recipient":null,"status":"SENT","reason":null,"at":null}""").Receipts));

    [Fact]
    public void A_reason_for_a_success_says_nothing() =>
        Assert.Null(Assert.Single(Read("""{"vendorMessageId":"v-1","status":"SENT","reason":"fine"}""").Receipts).Reason);

    [Fact]
    public void An_array_is_read_in_its_order() => Assert.Equal(
        ["v-1", "v-2"],
        Read(
            """[{"vendorMessageId":"v-1","status":"SENT"}, {"status":"FAILED","vendorMessageId":"v-2"}]""").Receipts.Select(receipt =>
                receipt.VendorMessageId));

    [Fact]
    public void Members_that_nobody_knows_are_passed_over() =>
        Assert.Equal(
            "v-1",
            Assert.Single(
                Read("""{"channel":{"name":["sms"]},"vendorMessageId":"v-1","status":"SENT","price":0.01}""").Receipts).VendorMessageId);

    [Theory]
    [InlineData("""{"status":"SENT"}""", "vendorMessageId")]
    [InlineData("""{"vendorMessageId":null,"status":"SENT"}""", "vendorMessageId")]
    [InlineData("""{"vendorMessageId":"","status":"SENT"}""", "vendorMessageId")]
    [InlineData("""{"vendorMessageId":7,"status":"SENT"}""", "vendorMessageId")]
    [InlineData("""{"vendorMessageId":{"a":[1]},"status":"SENT"}""", "vendorMessageId")]
    [InlineData("""{"vendorMessageId":"a\u0000b","status":"SENT"}""", "vendorMessageId")]
    [InlineData("""{"vendorMessageId":"\ud800","status":"SENT"}""", "vendorMessageId")]
    [InlineData("""{"vendorMessageId":"a","vendorMessageId":"b","status":"SENT"}""", "vendorMessageId")]
    [InlineData("""{"vendorMessageId":"v-1"}""", "status")]
    [InlineData("""{"vendorMessageId":"v-1","status":"Delivered"}""", "status")]
    [InlineData("""{"vendorMessageId":"v-1","status":"PENDING"}""", "status")]
    [InlineData("""{"vendorMessageId":"v-1","status":" SENT"}""", "status")]
    [InlineData("""{"vendorMessageId":"v-1","status":""}""", "status")]
    [InlineData("""{"vendorMessageId":"v-1","status":"\ud800"}""", "status")]
    [InlineData("""{"vendorMessageId":"v-1","status":2}""", "status")]
    [InlineData("""{"vendorMessageId":"v-1","status":"SENT","id":false}""", "id")]
    [InlineData("""{"vendorMessageId":"v-1","status":"SENT","recipient":[]}""", "recipient")]
    [InlineData("""{"vendorMessageId":"v-1","status":"SENT","at":"yesterday"}""", "at")]
    [InlineData("""{"vendorMessageId":"v-1","status":"SENT","at":1795334400}""", "at")]
    [InlineData("[]", "A receipt was expected, a JSON object.")]
    [InlineData("7", "A receipt was expected, a JSON object.")]
    [InlineData("null", "A receipt was expected, a JSON object.")]
    public void A_bad_receipt_is_put_aside_with_its_reason_and_the_others_are_taken(string bad, string reason)
    {
        var read = Read($$"""[{"vendorMessageId":"v-8","status":"SENT"},{{bad}},{"vendorMessageId":"v-9","status":"FAILED"}]""");
        Assert.StartsWith(reason, Assert.Single(read.Rejected).Reason, StringComparison.Ordinal);
        Assert.Equal(["v-8", "v-9"], read.Receipts.Select(receipt => receipt.VendorMessageId));
        Assert.Null(read.Refusal);
    }

    [Fact]
    public void A_bad_receipt_that_is_alone_is_put_aside_too()
    {
        var read = Read("""
            {"id":"m-1","vendorMessageId":"v-1","status":"LOST","reason":"mara@example.com is unknown","recipient":"mara@example.com"}
            """);
        Assert.Equal(new RejectedReceipt("m-1", "v-1", "status: it is LOST; it must be SENT or FAILED."), Assert.Single(read.Rejected));
        Assert.Empty(read.Receipts);
    }

    [Theory]
    [InlineData("mara@example.com")]
    [InlineData("+49 170 1234567")]
    [InlineData("Mara Lind")]
    [InlineData("DELIVEREDDELIVEREDDELIVEREDDELIVERED")]
    public void What_stands_for_a_status_and_is_no_word_is_not_repeated(string status) => Assert.Equal(
        "status: it must be SENT or FAILED.", Assert.Single(Read($$"""{"vendorMessageId":"v-1","status":"{{status}}"}""").Rejected).Reason);

    [Theory]
    [InlineData("sent", DeliveryStatus.Sent)]
    [InlineData("Sent", DeliveryStatus.Sent)]
    [InlineData("SE\\u004eT", DeliveryStatus.Sent)]
    [InlineData("failed", DeliveryStatus.Failed)]
    [InlineData("Failed", DeliveryStatus.Failed)]
    public void The_case_of_a_status_does_not_matter(string status, DeliveryStatus read) =>
        Assert.Equal(read, Assert.Single(Read($$"""{"vendorMessageId":"v-1","status":"{{status}}"}""").Receipts).Status);

    [Theory]
    [InlineData("\"SENT\"")]
    [InlineData("null")]
    [InlineData("7")]
    public void What_is_neither_a_receipt_nor_an_array_is_refused(string body) =>
        Assert.Equal("One receipt or an array of receipts was expected.", Read(body).Refusal);

    [Fact]
    public void A_member_that_nobody_knows_may_be_nested_as_deep_as_it_likes()
    {
        var deep = new string('[', 100_000) + new string(']', 100_000);
        Assert.Equal("v-1", Assert.Single(Read($$"""[{"x":{{deep}},"vendorMessageId":"v-1","status":"SENT"}]""").Receipts).VendorMessageId);
    }

    [Fact]
    public void A_members_name_that_is_no_text_is_none_that_we_know() => Assert.Equal(
        "v-1",
        Assert.Single(Read("""{"\ud800":1,"\ud800\ud800":1,"vendorMessageId":"v-1","status":"SENT"}""").Receipts).VendorMessageId);

    [Theory]
    [InlineData("")]
    [InlineData("{\"vendorMessageId\":\"v-1\",")]
    [InlineData("""{"vendorMessageId":"v-1","status":"SENT"}{}""")]
    [InlineData("\ufeff{}")]
    public void What_is_not_JSON_is_said_to_be_none(string body) => Assert.ThrowsAny<JsonException>(() => Read(body));

    [Fact]
    public void Bytes_that_are_no_text_are_no_id() => Assert.StartsWith(
        "vendorMessageId: ",
        Assert.Single(ReceiptReader.Read([.. "{\"vendorMessageId\":\""u8, 0xff, .. "\",\"status\":\"SENT\"}"u8]).Rejected).Reason,
        StringComparison.Ordinal);

    [Fact]
    public void Several_faults_of_a_receipt_are_named_together() => Assert.Equal(
        "at: a text was expected. vendorMessageId: it is missing. status: it is missing; it must be SENT or FAILED.",
        Assert.Single(Read("""[{"at":7}]""").Rejected).Reason);

    [Fact]
    public void Of_very_many_faults_the_first_are_named()
    {
        var many = string.Join(',', Enumerable.Repeat("\"id\":7", 900));
        Assert.InRange(Assert.Single(Read($$"""{{{many}}}""").Rejected).Reason.Length, 50, 500);
    }

    [Fact]
    public void A_reason_is_made_fit_rather_than_refused()
    {
        var reason = Read(
            """{"vendorMessageId":"v-1","status":"FAILED","reason":" 550 5.1.1\r\nno such user\u0000 """ + new string('x',
                5_000) + "\"}").Receipts[0].Reason!;
        Assert.StartsWith("550 5.1.1  no such user  x", reason, StringComparison.Ordinal);
        Assert.InRange(reason.Length, 900, ReceiptText.MaxReasonLength);
    }

    [Fact]
    public void A_reason_is_not_cut_within_a_character()
    {
        var emoji = string.Concat(Enumerable.Repeat("\U0001F4EA", 600));
        var reason = Read($$"""{"vendorMessageId":"v-1","status":"FAILED","reason":"x{{emoji}}"}""").Receipts[0].Reason!;
        Assert.False(char.IsHighSurrogate(reason[^1]));
    }

    [Theory]
    [InlineData("2026-11-22", "2026-11-22T00:00:00.000")]
    [InlineData("2026-11-22T08:00:00Z", "2026-11-22T08:00:00.000")]
    [InlineData("2026-11-22T08:00:00.1259999Z", "2026-11-22T08:00:00.125")]
    [InlineData("2026-11-22T08:00:00.125", "2026-11-22T08:00:00.125")]
    [InlineData("2026-11-22T09:30:00+01:30", "2026-11-22T08:00:00.000")]
    [InlineData("2026-11-22T08:00:00\\u005a", "2026-11-22T08:00:00.000")]
    public void A_time_is_UTC_to_the_millisecond(string text, string utc) => Assert.Equal(
        DateTimeOffset.Parse(utc + "Z", System.Globalization.CultureInfo.InvariantCulture),
        Assert.Single(Read($$"""{"vendorMessageId":"v-1","status":"SENT","at":"{{text}}"}""").Receipts).At);

    private static ReceiptReading Read(string body) => ReceiptReader.Read(Encoding.UTF8.GetBytes(body));
}
