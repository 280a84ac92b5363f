using System.Globalization;
using System.Text;
using System.Text.Json;
using XenoCrm.Api.Webhooks;

namespace XenoCrm.Benchmarks.Load;

/// <summary>
/// Callbacks as our vendor sends them, ready to go over a socket: nine receipts of ten say that the message was delivered.
/// </summary>
/// <param name="api">Who gets them.</param>
/// <param name="secret">What signs them.</param>
internal sealed class SignedReceipts(Uri api, string secret)
{
    public const int FailedOneIn = 10;

    private readonly WebhookSignature signature = new([Encoding.UTF8.GetBytes(secret)], TimeProvider.System);

    /// <summary>One request for every <paramref name="batch"/> of the messages, signed now.</summary>
    /// <param name="messages">Our ids of them.</param>
    /// <param name="batch">Receipts in a request; of one alone the body is that object.</param>
    /// <param name="name">Begins the ids of the callbacks.</param>
    public byte[][] Requests(IEnumerable<string> messages, int batch, string name) =>
        [.. messages.Chunk(batch).Select((ids, i) => Request(string.Create(CultureInfo.InvariantCulture, $"{name}-{i}"), Body(ids)))];

    /// <summary>How many of so many receipts, in requests of <paramref name="batch"/>, say that it failed.</summary>
    public static long Failed(long receipts, int batch) =>
        batch < FailedOneIn ? 0 : (receipts / batch * (batch / FailedOneIn)) + (receipts % batch / FailedOneIn);

    public static byte[] Body(IReadOnlyList<string> ids)
    {
        var receipts = ids.Select((id, i) => new
        {
            id,
            vendorMessageId = "vm_" + id,
            recipient = "someone@example.com",
            status = i % FailedOneIn == FailedOneIn - 1 ? "FAILED" : "SENT",
            reason = i % FailedOneIn == FailedOneIn - 1 ? "mailbox full" : null,
            at = "2026-11-22T08:00:00.125Z",
        });
        return ids.Count == 1 ? JsonSerializer.SerializeToUtf8Bytes(receipts.Single()) : JsonSerializer.SerializeToUtf8Bytes(receipts);
    }

    public byte[] Request(string id, byte[] body)
    {
        var timestamp = TimeProvider.System.GetUtcNow().ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);
        var head = string.Create(CultureInfo.InvariantCulture, $"""
            POST /vendor/receipt HTTP/1.1
            Host: {api.Authority}
            Content-Type: application/json
            Content-Length: {body.Length}
            webhook-id: {id}
            webhook-timestamp: {timestamp}
            webhook-signature: {signature.Sign(id, timestamp, body)}


            """).ReplaceLineEndings("\r\n");
        return [.. Encoding.ASCII.GetBytes(head), .. body];
    }
}
