using System.Text;
using XenoCrm.Api.Vendor;
using XenoCrm.Benchmarks.Load;
using XenoCrm.Core.Campaigns;

namespace XenoCrm.Tests.Harness;

public sealed class SignedReceiptsTests
{
    [Theory]
    [InlineData(25, 1)]
    [InlineData(1_000, 500)]
    [InlineData(1_237, 100)]
    [InlineData(90, 45)]
    public void As_many_failures_are_expected_as_the_bodies_have(int receipts, int batch)
    {
        var bodies = Enumerable.Range(0, receipts)
            .Select(_ => Guid.CreateVersion7().ToString())
            .Chunk(batch)
            .SelectMany(ids => ReceiptReader.Read(SignedReceipts.Body(ids)).Receipts)
            .ToList();
        Assert.Equal(receipts, bodies.Count);
        Assert.Equal(SignedReceipts.Failed(receipts, batch), bodies.Count(receipt => receipt.Status == DeliveryStatus.Failed));
    }

    [Fact]
    public void A_request_is_whole_as_it_goes_over_the_wire()
    {
        var receipts = new SignedReceipts(new Uri("http://localhost:5080"), "a secret that is long enough");
        var text = Encoding.UTF8.GetString(receipts.Requests(["a", "b"], 2, "cb").Single());
        var end = text.IndexOf("\r\n\r\n", StringComparison.Ordinal);
        var (head, body) = (text[..(end + 2)], text[(end + 4)..]);
        Assert.StartsWith("POST /vendor/receipt HTTP/1.1\r\nHost: localhost:5080\r\n", head, StringComparison.Ordinal);
        Assert.Contains($"Content-Length: {Encoding.UTF8.GetByteCount(body)}\r\n", head, StringComparison.Ordinal);
        Assert.Contains("webhook-id: cb-0\r\n", head, StringComparison.Ordinal);
        Assert.Equal(2, ReceiptReader.Read(Encoding.UTF8.GetBytes(body)).Receipts.Count);
    }
}
