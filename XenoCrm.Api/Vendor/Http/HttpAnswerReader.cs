using System.Net;
using System.Text.Json;

namespace XenoCrm.Api.Vendor.Http;

/// <summary>Reads what a vendor answers to messages.</summary>
/// <param name="options">Of the vendor.</param>
/// <param name="path">Where they lie, for people.</param>
internal sealed class HttpAnswerReader(HttpVendorOptions options, string path)
{
    private static readonly int[] RefusedByDefault = [400, 413, 422];

    private readonly int[] refused = options.Answer.Refused is { Count: > 0 } own ? [.. own] : RefusedByDefault;
    private readonly FieldPath? id = FieldPath.Parse(options.Answer.Id);
    private readonly FieldPath? items = FieldPath.Parse(options.Answer.Items);
    private readonly FieldPath? ourId = FieldPath.Parse(options.Answer.OurId);
    private readonly FieldPath? reason = FieldPath.Parse(options.Answer.Reason);

    public bool IsRefusal(HttpStatusCode status) => refused.Contains((int)status);

    public string Refusal(HttpStatusCode status, byte[] body)
    {
        var words = reason is null ? null : VendorFault.Words(Parse(body) is { } answer ? reason.FindText(answer) : null);
        return words is null ? VendorFault.Describe(status) : $"{VendorFault.Describe(status)}: {words}";
    }

    /// <summary>Of a 2xx.</summary>
    public SendAnswer Read(IReadOnlyList<VendorMessage> messages, byte[] body)
    {
        if (options.Item is null)
        {
            return id is null ? Answer(messages[0], new MessageAnswer.Accepted(messages[0].Id))
                : Parse(body) is not { } one ? Unreadable("is not the JSON that it should be")
                : Item(one) is { } answer ? Answer(messages[0], answer)
                : Unreadable(NoAnswer);
        }

        if (id is null)
        {
            return new SendAnswer.OneByOne(
                messages.ToDictionary(message => message.Id, MessageAnswer (message) => new MessageAnswer.Accepted(message.Id)), null);
        }

        if (Parse(body) is not { } all || (items is null ? all : items.Find(all)) is not { ValueKind: JsonValueKind.Array } list)
        {
            return Unreadable($"has no array {(items is null ? "" : $"at {options.Answer.Items} ")}({path}:Answer:Items)");
        }

        // Who is not named, or named without an id, was passed over by a vendor that took the others.
        var made = messages.ToDictionary(
            message => message.Id, MessageAnswer (_) => new MessageAnswer.Refused("the vendor passed the message over"));
        var isAnyRead = false;
        foreach (var (i, item) in list.EnumerateArray().Index())
        {
            var whose = ourId is null ? i < messages.Count ? messages[i].Id : null : ourId.FindText(item);
            if (whose is not null && made.ContainsKey(whose) && Item(item) is { } answer)
            {
                made[whose] = answer;
                isAnyRead = true;
            }
        }

        return isAnyRead ? new SendAnswer.OneByOne(made, null) : Unreadable(NoAnswer);
    }

    private string NoAnswer => reason is null
        ? $"has no id at {options.Answer.Id} ({path}:Answer:Id)"
        : $"has no id at {options.Answer.Id} ({path}:Answer:Id), and no reason at {options.Answer.Reason} ({path}:Answer:Reason)";

    private MessageAnswer? Item(JsonElement item) =>
        id!.FindText(item) is { } known && ReceiptText.IsIdentifier(known) ? new MessageAnswer.Accepted(known)
        : VendorFault.Words(reason?.FindText(item)?.Trim()) is { Length: > 0 } said ? new MessageAnswer.Refused(said)
        : null;

    private static SendAnswer.OneByOne Answer(VendorMessage message, MessageAnswer answer) =>
        new(new Dictionary<string, MessageAnswer> { [message.Id] = answer }, null);

    // It has them, and by what name is not known: better to stop than to lose the receipts of a whole campaign.
    private static SendAnswer.Unavailable Unreadable(string fault) => new($"the vendor's answer {fault}", null, MaybeHanded: true);

    private static JsonElement? Parse(byte[] body)
    {
        try
        {
            return JsonElement.Parse(body);
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
