using System.Text;
using System.Text.Json;
using XenoCrm.Api.Http;
using XenoCrm.Core.Campaigns;
using XenoCrm.Core.Receipts;

namespace XenoCrm.Api.Vendor;

/// <summary>
/// Reads a callback's body, one receipt or an array of them, in one pass over its bytes. Each receipt is judged alone: one
/// that is wrong is put aside with its reason. What identifies a message is taken strictly; a failure's reason, which is
/// free text from somebody's mail server, is made fit instead, and loses the addresses in it. Members that we do not know
/// are passed over, and so is the recipient: the log has it.
/// </summary>
internal sealed class ReceiptReader
{
    public const int MaxBodyBytes = 1024 * 1024;

    private const int MaxFaults = 5;

    private readonly List<Receipt> receipts = [];
    private readonly List<RejectedReceipt> rejected = [];

    /// <summary>What is wrong with the receipt that is being read.</summary>
    private readonly List<string> faults = [];

    /// <exception cref="JsonException">The body is not JSON.</exception>
    public static ReceiptReading Read(ReadOnlySpan<byte> body)
    {
        // The reader does not recurse: how deep somebody nests a member that we pass over is no fault of the others.
        var json = new Utf8JsonReader(body, new JsonReaderOptions { MaxDepth = MaxBodyBytes });
        var read = new ReceiptReader();
        string? refusal = null;
        json.Read();
        switch (json.TokenType)
        {
            case JsonTokenType.StartObject:
                read.ReadReceipt(ref json);
                break;
            case JsonTokenType.StartArray:
                refusal = read.ReadArray(ref json);
                break;
            default:
                refusal = "One receipt or an array of receipts was expected.";
                break;
        }

        // Throws if anything follows.
        json.Read();
        return new ReceiptReading(read.receipts, read.rejected, refusal);
    }

    private string? ReadArray(ref Utf8JsonReader json)
    {
        var count = 0;
        while (json.Read() && json.TokenType != JsonTokenType.EndArray)
        {
            if (++count > ReceiptBatch.MaxReceipts)
            {
                json.Skip();
            }
            else if (json.TokenType == JsonTokenType.StartObject)
            {
                ReadReceipt(ref json);
            }
            else
            {
                rejected.Add(new RejectedReceipt(null, null, "A receipt was expected, a JSON object."));
                json.Skip();
            }
        }

        return count > ReceiptBatch.MaxReceipts
            ? $"There are {count} receipts; up to {ReceiptBatch.MaxReceipts} may come at a time. Send them in parts."
            : null;
    }

    private void ReadReceipt(ref Utf8JsonReader json)
    {
        string? id = null, vendorMessageId = null, reason = null;
        DeliveryStatus? status = null;
        DateTimeOffset? at = null;
        var seen = Member.None;
        faults.Clear();
        while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
        {
            var member = MemberOf(ref json);
            json.Read();
            if (member == Member.None)
            {
                json.Skip();
                continue;
            }

            if ((seen & member) != 0)
            {
                Refuse(member, "it is there more than once.");
            }

            seen |= member;
            if (json.TokenType == JsonTokenType.Null)
            {
                continue;
            }

            if (json.TokenType != JsonTokenType.String)
            {
                Refuse(member, "a text was expected.");
                json.Skip();
                continue;
            }

            switch (member)
            {
                case Member.Id:
                    id = Identifier(ref json, member);
                    break;
                case Member.VendorMessageId:
                    vendorMessageId = Identifier(ref json, member);
                    break;
                case Member.Status:
                    status = Status(ref json);
                    break;
                case Member.Reason:
                    reason = Text(ref json, member) is { } text ? ReceiptText.Reason(text) : null;
                    break;
                case Member.At:
                    at = Time(ref json);
                    break;
            }
        }

        if (vendorMessageId is null)
        {
            RefuseMissing(Member.VendorMessageId, "it is missing.");
        }

        if (status is null)
        {
            RefuseMissing(Member.Status, "it is missing; it must be SENT or FAILED.");
        }

        if (faults.Count > 0)
        {
            rejected.Add(new RejectedReceipt(id, vendorMessageId, string.Join(' ', faults)));
            return;
        }

        receipts.Add(new Receipt(id, vendorMessageId!, status!.Value, status == DeliveryStatus.Failed ? reason : null, at));
    }

    private string? Identifier(ref Utf8JsonReader json, Member member)
    {
        if (Text(ref json, member) is not { } text)
        {
            return null;
        }

        if (ReceiptText.IsIdentifier(text))
        {
            return text;
        }

        Refuse(member, ReceiptText.NoIdentifier);
        return null;
    }

    /// <summary>Whatever the case of its letters. Another word is not guessed at: docs/vendor.md says why.</summary>
    private DeliveryStatus? Status(ref Utf8JsonReader json)
    {
        if (Text(ref json, Member.Status) is not { } text)
        {
            return null;
        }

        if (text.Equals("SENT", StringComparison.OrdinalIgnoreCase))
        {
            return DeliveryStatus.Sent;
        }

        if (text.Equals("FAILED", StringComparison.OrdinalIgnoreCase))
        {
            return DeliveryStatus.Failed;
        }

        Refuse(Member.Status, $"it {(ReceiptText.IsWord(text) ? $"is {text}; it " : "")}must be SENT or FAILED.");
        return null;
    }

    private DateTimeOffset? Time(ref Utf8JsonReader json)
    {
        try
        {
            if (UtcConverter.TryRead(ref json, out var at))
            {
                return at;
            }
        }
        catch (InvalidOperationException)
        {
            // No text, see below.
        }

        Refuse(Member.At, "a time in ISO 8601 was expected, such as 2026-11-22T08:00:00Z.");
        return null;
    }

    private string? Text(ref Utf8JsonReader json, Member member)
    {
        try
        {
            return json.GetString();
        }
        catch (InvalidOperationException)
        {
            // Bytes, or escapes, that are no characters.
            Refuse(member, "it is not a text in UTF-8.");
            return null;
        }
    }

    private void RefuseMissing(Member member, string message)
    {
        // Unless something else was said of it already.
        if (!faults.Exists(fault => fault.StartsWith(Prefix(member), StringComparison.Ordinal)))
        {
            Refuse(member, message);
        }
    }

    private void Refuse(Member member, string message)
    {
        if (faults.Count < MaxFaults)
        {
            faults.Add(Prefix(member) + message);
        }
    }

    private static string Prefix(Member member) => JsonNamingPolicy.CamelCase.ConvertName(member.ToString()) + ": ";

    private static Member MemberOf(ref Utf8JsonReader json)
    {
        try
        {
            return json.ValueTextEquals("vendorMessageId"u8) ? Member.VendorMessageId
                : json.ValueTextEquals("status"u8) ? Member.Status
                : json.ValueTextEquals("id"u8) ? Member.Id
                : json.ValueTextEquals("reason"u8) ? Member.Reason
                : json.ValueTextEquals("at"u8) ? Member.At
                : json.ValueTextEquals("recipient"u8) ? Member.Recipient
                : Member.None;
        }
        catch (InvalidOperationException)
        {
            // Escapes that are no characters are no name of ours.
            return Member.None;
        }
    }

    [Flags]
    private enum Member
    {
        None = 0,
        Id = 1,
        VendorMessageId = 2,
        Recipient = 4,
        Status = 8,
        Reason = 16,
        At = 32,
    }
}

/// <param name="Receipts">The good ones, in their order.</param>
/// <param name="Rejected">The others.</param>
/// <param name="Refusal">Why nothing of the body is taken; null if it is.</param>
internal readonly record struct ReceiptReading(IReadOnlyList<Receipt> Receipts, IReadOnlyList<RejectedReceipt> Rejected, string? Refusal);
