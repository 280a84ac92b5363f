using System.Text.Json;
using XenoCrm.VendorSimulator.Http;
using XenoCrm.VendorSimulator.Messages;

namespace XenoCrm.VendorSimulator.Callbacks;

/// <summary>One receipt of the contract.</summary>
/// <param name="Id">The customer's id of the message, if it gave one.</param>
/// <param name="VendorMessageId">The vendor's.</param>
/// <param name="Recipient">As it was sent.</param>
/// <param name="Outcome">Status and reason.</param>
/// <param name="At">When it happened.</param>
internal sealed record Receipt(string? Id, string VendorMessageId, string Recipient, Outcome Outcome, DateTimeOffset At);

/// <summary>A body of receipts on its way to one URL.</summary>
/// <param name="Id">Its number.</param>
/// <param name="Url">Where it is posted.</param>
/// <param name="Traceparent">The send request of its first receipt, if that belonged to a trace.</param>
/// <param name="Links">The other send requests, all of the same trace.</param>
/// <param name="Receipts">How many receipts are in it.</param>
/// <param name="Attempts">How often it was tried.</param>
/// <param name="CreatedAt">When it was first due.</param>
/// <param name="Body">The JSON.</param>
internal sealed record Callback(
    long Id, string Url, string? Traceparent, IReadOnlyList<string> Links, int Receipts, int Attempts, DateTimeOffset CreatedAt, byte[] Body);

/// <summary>What is put on the wire.</summary>
/// <param name="Id">The <c>webhook-id</c>, the same in every attempt.</param>
/// <param name="Body">The JSON.</param>
/// <param name="Signature">Who signs it.</param>
internal sealed record Posting(string Id, byte[] Body, WebhookSignature Signature);

internal static class ReceiptJson
{
    // [{"id":"0190…","vendorMessageId":"vm_1f00c3aa_2a","recipient":"mara@example.com","status":"FAILED","reason":"mailbox full","at":"2026-11-22T08:00:00.125Z"}]
    public static byte[] Write(IReadOnlyList<Receipt> receipts, bool singleAsObject)
    {
        using var buffer = new MemoryStream(receipts.Count * 200);
        using (var json = new Utf8JsonWriter(buffer))
        {
            var array = receipts.Count > 1 || !singleAsObject;
            if (array)
            {
                json.WriteStartArray();
            }

            foreach (var receipt in receipts)
            {
                Write(json, receipt);
            }

            if (array)
            {
                json.WriteEndArray();
            }
        }

        return buffer.ToArray();
    }

    private static void Write(Utf8JsonWriter json, Receipt receipt)
    {
        json.WriteStartObject();
        json.WriteString("id", receipt.Id);
        json.WriteString("vendorMessageId", receipt.VendorMessageId);
        json.WriteString("recipient", receipt.Recipient);
        json.WriteString("status", receipt.Outcome.Status);
        json.WriteString("reason", receipt.Outcome.Reason);
        json.WriteString("at", receipt.At.UtcDateTime);
        json.WriteEndObject();
    }
}
