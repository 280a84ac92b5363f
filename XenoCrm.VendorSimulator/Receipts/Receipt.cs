using System.Text.Json;

namespace XenoCrm.VendorSimulator.Receipts;

/// <summary>One receipt of the contract.</summary>
/// <param name="Id">The customer's id of the message, if it gave one.</param>
/// <param name="VendorMessageId">The vendor's.</param>
/// <param name="Recipient">As it was sent.</param>
/// <param name="Outcome">Status and reason.</param>
/// <param name="At">When it happened.</param>
internal sealed record Receipt(string? Id, string VendorMessageId, string Recipient, Outcome Outcome, DateTimeOffset At);

internal static class ReceiptJson
{
    // [{"id":"0190…","vendorMessageId":"vm_1f00c3aa_2a","recipient":"mara@example.com","status":"FAILED",
    //   "reason":"mailbox full","at":"2026-11-22T08:00:00.125Z"}]
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
