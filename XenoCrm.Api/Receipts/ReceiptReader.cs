using System.Globalization;
using System.Text;
using System.Text.Json;
using XenoCrm.Api.Http;
using XenoCrm.Api.Vendor;
using XenoCrm.Data.Campaigns;
using XenoCrm.Data.Receipts;

namespace XenoCrm.Api.Receipts;

/// <summary>
/// Reads a callback's body, one receipt or an array of them, in one pass over its bytes. What identifies a message is
/// taken strictly; a failure's reason, which is free text from somebody's mail server, is made fit instead, and loses the addresses in it. Members that
/// we do not know are passed over, and so is the recipient: the log has it.
/// </summary>
internal sealed class ReceiptReader
{
    public const int MaxIdLength = 256;
    public const int MaxReasonLength = 1_000;

    private const int MaxErrors = 20;

    private readonly Dictionary<string, string[]> errors = [];
    private readonly List<Receipt> receipts = [];

    /// <exception cref="JsonException">The body is not JSON.</exception>
    public static ReceiptReading Read(ReadOnlySpan<byte> body)
    {
        var json = new Utf8JsonReader(body);
        var read = new ReceiptReader();
        json.Read();
        switch (json.TokenType)
        {
            case JsonTokenType.StartObject:
                read.ReadReceipt(ref json, "");
                break;
            case JsonTokenType.StartArray:
                read.ReadArray(ref json);
                break;
            default:
                read.Refuse("$", "One receipt or an array of receipts was expected.");
                json.Skip();
                break;
        }

        // Throws if anything follows.
        json.Read();
        return new ReceiptReading(read.receipts, read.errors);
    }

    private void ReadArray(ref Utf8JsonReader json)
    {
        var index = 0;
        while (json.Read() && json.TokenType != JsonTokenType.EndArray)
        {
            if (index == ReceiptBatch.MaxReceipts)
            {
                Refuse("$", $"More than {ReceiptBatch.MaxReceipts} receipts. Send them in parts.");
            }

            if (index < ReceiptBatch.MaxReceipts && errors.Count < MaxErrors)
            {
                var place = string.Create(CultureInfo.InvariantCulture, $"[{index}]");
                if (json.TokenType == JsonTokenType.StartObject)
                {
                    ReadReceipt(ref json, place);
                }
                else
                {
                    Refuse(place, "A receipt was expected, a JSON object.");
                    json.Skip();
                }
            }
            else
            {
                json.Skip();
            }

            index++;
        }
    }

    private void ReadReceipt(ref Utf8JsonReader json, string place)
    {
        string? id = null, vendorMessageId = null, reason = null;
        DeliveryStatus? status = null;
        DateTimeOffset? at = null;
        var seen = Member.None;
        var known = errors.Count;
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
                Refuse(place, member, "It is there more than once.");
            }

            seen |= member;
            if (json.TokenType == JsonTokenType.Null)
            {
                continue;
            }

            if (json.TokenType != JsonTokenType.String)
            {
                Refuse(place, member, "A text was expected.");
                json.Skip();
                continue;
            }

            switch (member)
            {
                case Member.Id:
                    id = Identifier(ref json, place, member);
                    break;
                case Member.VendorMessageId:
                    vendorMessageId = Identifier(ref json, place, member);
                    break;
                case Member.Status:
                    status = Status(ref json, place);
                    break;
                case Member.Reason:
                    reason = Text(ref json, place, member) is { } text ? Fit(VendorText.WithoutAddresses(text)) : null;
                    break;
                case Member.At:
                    at = Time(ref json, place);
                    break;
            }
        }

        if (errors.Count > known)
        {
            return;
        }

        if (vendorMessageId is null)
        {
            Refuse(place, Member.VendorMessageId, "It is missing.");
        }
        else if (status is null)
        {
            Refuse(place, Member.Status, "It is missing; it must be SENT or FAILED.");
        }
        else
        {
            receipts.Add(new Receipt(id, vendorMessageId, status.Value, status == DeliveryStatus.Failed ? reason : null, at));
        }
    }

    private string? Identifier(ref Utf8JsonReader json, string place, Member member)
    {
        if (Text(ref json, place, member) is not { } text)
        {
            return null;
        }

        if (text.Length is > 0 and <= MaxIdLength && !text.AsSpan().ContainsAnyInRange('\0', '\u001f') && !text.AsSpan().ContainsAnyInRange('\u007f', '\u009f'))
        {
            return text;
        }

        Refuse(place, member, $"It must have 1 to {MaxIdLength} characters, none of them a control character.");
        return null;
    }

    private DeliveryStatus? Status(ref Utf8JsonReader json, string place)
    {
        if (json.ValueTextEquals("SENT"u8))
        {
            return DeliveryStatus.Sent;
        }

        if (json.ValueTextEquals("FAILED"u8))
        {
            return DeliveryStatus.Failed;
        }

        Refuse(place, Member.Status, "It must be SENT or FAILED.");
        return null;
    }

    private DateTimeOffset? Time(ref Utf8JsonReader json, string place)
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

        Refuse(place, Member.At, "A time in ISO 8601 was expected, such as 2026-11-22T08:00:00Z.");
        return null;
    }

    private string? Text(ref Utf8JsonReader json, string place, Member member)
    {
        try
        {
            return json.GetString();
        }
        catch (InvalidOperationException)
        {
            // Bytes, or escapes, that are no characters.
            Refuse(place, member, "It is not a text in UTF-8.");
            return null;
        }
    }

    private void Refuse(string place, Member member, string message) =>
        Refuse((place.Length == 0 ? "" : place + ".") + JsonNamingPolicy.CamelCase.ConvertName(member.ToString()), message);

    private void Refuse(string field, string message)
    {
        if (errors.Count < MaxErrors)
        {
            errors.TryAdd(field, [message]);
        }
    }

    private static Member MemberOf(ref Utf8JsonReader json)
    {
        return json.ValueTextEquals("vendorMessageId"u8) ? Member.VendorMessageId
            : json.ValueTextEquals("status"u8) ? Member.Status
            : json.ValueTextEquals("id"u8) ? Member.Id
            : json.ValueTextEquals("reason"u8) ? Member.Reason
            : json.ValueTextEquals("at"u8) ? Member.At
            : json.ValueTextEquals("recipient"u8) ? Member.Recipient
            : Member.None;
    }

    private static string? Fit(string reason)
    {
        var text = new StringBuilder(Math.Min(reason.Length, MaxReasonLength));
        foreach (var rune in reason.EnumerateRunes())
        {
            if (text.Length + rune.Utf16SequenceLength > MaxReasonLength)
            {
                break;
            }

            text.Append(Rune.IsControl(rune) ? " " : rune.ToString());
        }

        return text.ToString().Trim() is { Length: > 0 } fit ? fit : null;
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

/// <param name="Receipts">All of them, if there are no errors.</param>
/// <param name="Errors">By place: <c>status</c>, or <c>[3].status</c> in an array.</param>
internal readonly record struct ReceiptReading(IReadOnlyList<Receipt> Receipts, IDictionary<string, string[]> Errors);
