using System.Text.Json;
using System.Text.Json.Serialization;
using XenoCrm.Core.Campaigns;

namespace XenoCrm.Core.Receipts;

/// <summary>
/// The body of a stream entry and of a dead letter, the same in every stream: UTF-8 JSON without what is absent. The
/// recipient that a vendor may send along is left out, so that erasing a person need not look here.
/// <code>
/// [{"id":"018f…","vendorMessageId":"v-1","status":"SENT","at":"2026-11-22T08:00:00+00:00"},
///  {"vendorMessageId":"v-2","status":"FAILED","reason":"mailbox full"}]
/// </code>
/// Of a rejected receipt only the ids are kept, as far as they could be read: <c>{"id":"018f…","vendorMessageId":"v-3"}</c>.
/// </summary>
public static partial class ReceiptFormat
{
    public static byte[] Write(IReadOnlyList<Receipt> receipts) =>
        JsonSerializer.SerializeToUtf8Bytes(receipts, Json.Default.IReadOnlyListReceipt);

    /// <summary>Null if <paramref name="body"/> is not in the format.</summary>
    public static IReadOnlyList<Receipt>? Read(ReadOnlySpan<byte> body)
    {
        try
        {
            var receipts = JsonSerializer.Deserialize(body, Json.Default.ReceiptArray);
            return receipts is { Length: > 0 }
                && receipts.All(receipt => receipt is { VendorMessageId: not null, Status: DeliveryStatus.Failed or DeliveryStatus.Sent })
                ? receipts
                : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    public static byte[] Write(RejectedReceipt rejected) =>
        JsonSerializer.SerializeToUtf8Bytes(new Ids(rejected.Id, rejected.VendorMessageId), Json.Default.Ids);

    public static RejectedReceipt ReadRejected(ReadOnlySpan<byte> body, string reason)
    {
        var ids = JsonSerializer.Deserialize(body, Json.Default.Ids);
        return new RejectedReceipt(ids?.Id, ids?.VendorMessageId, reason);
    }

    private sealed record Ids(string? Id, string? VendorMessageId);

    /// <summary><c>SENT</c>, <c>FAILED</c>.</summary>
    private sealed class StatusConverter()
        : JsonStringEnumConverter<DeliveryStatus>(JsonNamingPolicy.SnakeCaseUpper, allowIntegerValues: false);

    [JsonSourceGenerationOptions(
        PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        Converters = [typeof(StatusConverter)])]
    [JsonSerializable(typeof(IReadOnlyList<Receipt>))]
    [JsonSerializable(typeof(Receipt[]))]
    [JsonSerializable(typeof(Ids))]
    private sealed partial class Json : JsonSerializerContext;
}
