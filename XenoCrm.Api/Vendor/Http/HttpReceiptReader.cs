using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.WebUtilities;
using XenoCrm.Core.Campaigns;
using XenoCrm.Core.Receipts;

namespace XenoCrm.Api.Vendor.Http;

/// <summary>
/// Reads a vendor's callback as it is configured. Each receipt is judged alone; what a vendor's word means is not guessed: one that is
/// configured nowhere makes a dead letter that shows it.
/// </summary>
internal sealed class HttpReceiptReader(HttpReceiptOptions options)
{
    private readonly FieldPath? items = FieldPath.Parse(options.Items);
    private readonly Dictionary<string, FieldPath?> places = new[] { options.Id, options.OurId, options.Status, options.Reason }
        .OfType<string>()
        .Distinct()
        .ToDictionary(place => place, FieldPath.Parse);

    /// <exception cref="JsonException">It is not JSON, and should be.</exception>
    public ReceiptReading Read(ReadOnlySpan<byte> body)
    {
        var receipts = new List<Receipt>();
        var rejected = new List<RejectedReceipt>();
        if (options.Format == BodyFormat.Form)
        {
            var form = QueryHelpers.ParseQuery(Encoding.UTF8.GetString(body));
            Add(place => place is not null && form.TryGetValue(place, out var value) ? value.ToString() : null, receipts, rejected);
            return new ReceiptReading(receipts, rejected, null);
        }

        var root = JsonElement.Parse(body);
        var list = items is null ? root : items.Find(root);
        JsonElement[] found = list switch
        {
            { ValueKind: JsonValueKind.Array } array => [.. array.EnumerateArray()],
            { ValueKind: JsonValueKind.Object } one => [one],
            _ => [],
        };
        if (list is not { ValueKind: JsonValueKind.Array or JsonValueKind.Object } || found.Length > ReceiptBatch.MaxReceipts)
        {
            return new ReceiptReading(
                [], [], $"Up to {ReceiptBatch.MaxReceipts} receipts were expected{(items is null ? "" : $" at {options.Items}")}.");
        }

        foreach (var item in found)
        {
            Add(place => place is null ? null : places[place]!.FindText(item), receipts, rejected);
        }

        return new ReceiptReading(receipts, rejected, null);
    }

    private void Add(Func<string?, string?> find, List<Receipt> receipts, List<RejectedReceipt> rejected)
    {
        var (ourId, vendorId, word) = (Identifier(find(options.OurId)), Identifier(find(options.Id)), find(options.Status));
        DeliveryStatus? status = Has(options.Sent, word) ? DeliveryStatus.Sent : Has(options.Failed, word) ? DeliveryStatus.Failed : null;
        if (status is null && Has(options.Ignored, word))
        {
            return;
        }

        if (status is null || (ourId ?? vendorId) is not { } id)
        {
            rejected.Add(new RejectedReceipt(ourId, vendorId, string.Join(' ', Faults(word, status, ourId ?? vendorId))));
            return;
        }

        var reason = status == DeliveryStatus.Failed && find(options.Reason) is { } said ? ReceiptText.Reason(said) : null;
        receipts.Add(new Receipt(ourId, vendorId ?? id, status.Value, reason, null));
    }

    private IEnumerable<string> Faults(string? word, DeliveryStatus? status, string? id)
    {
        if (id is null)
        {
            yield return $"{options.Id ?? options.OurId}: there is no id of the message.";
        }

        if (status is null)
        {
            yield return word is null ? $"{options.Status}: there is no status."
                : $"{options.Status}: {(ReceiptText.IsWord(word) ? $"it is {word}, which" : "its word")} "
                    + "is none of the words for sent, failed or ignored that are configured.";
        }
    }

    private static string? Identifier(string? text) => text is not null && ReceiptText.IsIdentifier(text) ? text : null;

    private static bool Has(List<string> words, string? word) =>
        word is not null && words.Contains(word, StringComparer.OrdinalIgnoreCase);
}
