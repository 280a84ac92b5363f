using System.Buffers;

namespace XenoCrm.VendorSimulator.Messages;

/// <summary>The body of <c>POST /vendor/send</c>: one message, or a batch in <paramref name="Messages"/>.</summary>
/// <param name="CallbackUrl">Where the receipts go: absolute, http or https.</param>
/// <param name="Id">Of a single message, optional: the same id again is the same message.</param>
/// <param name="Recipient">Of a single message.</param>
/// <param name="Text">Of a single message.</param>
/// <param name="Messages">1 to 1,000.</param>
/// <param name="Headers">Of a single message.</param>
internal sealed record SendRequest(
    string? CallbackUrl, string? Id, string? Recipient, string? Text, IReadOnlyList<SendItem?>? Messages,
    IReadOnlyDictionary<string, string?>? Headers = null)
{
    public bool IsBatch => Messages is not null;

    public IReadOnlyList<SendItem?> Items => Messages ?? [new SendItem(Id, Recipient, Text, Headers)];
}

/// <param name="Id">The customer's id: the same id again is the same message.</param>
/// <param name="Recipient">An address that the vendor can deliver to.</param>
/// <param name="Text">What to deliver.</param>
/// <param name="Headers">For the head of an e-mail, as <c>List-Unsubscribe</c>: up to 10.</param>
internal sealed record SendItem(
    string? Id, string? Recipient, string? Text, IReadOnlyDictionary<string, string?>? Headers = null);

/// <summary>What a send request must be. One fault and nothing of it is accepted.</summary>
internal static class SendValidation
{
    public const int MaxBatch = 1000;
    public const int MaxId = 100;
    public const int MaxRecipient = 320;
    public const int MaxText = 10_000;
    public const int MaxUrl = 2048;
    public const int MaxHeaders = 10;
    public const int MaxHeader = 2048;

    // An answer that repeats one mistake a thousand times helps nobody.
    private const int MaxErrors = 20;

    private static readonly SearchValues<char> IdLetters =
        SearchValues.Create("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz-._~:");

    private static readonly SearchValues<char> HeaderLetters =
        SearchValues.Create("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz-");

    /// <summary>Errors by field, <c>messages[3].recipient</c>; empty if there is none.</summary>
    public static Dictionary<string, string[]> Errors(SendRequest request) => All(request)
        .Take(MaxErrors)
        .ToLookup(error => error.Field, error => error.Message)
        .ToDictionary(field => field.Key, field => field.ToArray());

    private static IEnumerable<(string Field, string Message)> All(SendRequest request)
    {
        if (!IsCallbackUrl(request.CallbackUrl))
        {
            yield return ("callbackUrl", $"callbackUrl must be an absolute http or https URL of at most {MaxUrl} characters.");
        }

        if (request.IsBatch && ((request.Recipient ?? request.Text ?? request.Id) is not null || request.Headers is not null))
        {
            yield return ("messages", "A body has either messages, or recipient and text.");
        }

        if (request.Messages is { Count: 0 or > MaxBatch } messages)
        {
            yield return ("messages", $"There are {messages.Count} messages; a batch has 1 to {MaxBatch}.");
            yield break;
        }

        for (var i = 0; i < request.Items.Count; i++)
        {
            var place = request.IsBatch ? $"messages[{i}]" : null;
            foreach (var (field, message) in All(request.Items[i], idRequired: request.IsBatch))
            {
                yield return (place is null ? field : field.Length == 0 ? place : $"{place}.{field}", message);
            }
        }
    }

    private static IEnumerable<(string Field, string Message)> All(SendItem? item, bool idRequired)
    {
        if (item is null)
        {
            yield return ("", "A message must be an object, not null.");
            yield break;
        }

        if (item.Id is null ? idRequired : item.Id.Length is 0 or > MaxId || item.Id.AsSpan().ContainsAnyExcept(IdLetters))
        {
            yield return ("id", $"id must have 1 to {MaxId} characters: letters, digits and - . _ ~ :");
        }

        if (string.IsNullOrWhiteSpace(item.Recipient) || item.Recipient.Length > MaxRecipient || HasControl(item.Recipient))
        {
            yield return ("recipient", $"recipient must have 1 to {MaxRecipient} characters and no control characters.");
        }

        if (string.IsNullOrWhiteSpace(item.Text) || item.Text.Length > MaxText)
        {
            yield return ("text", $"text must have 1 to {MaxText} characters.");
        }

        if (item.Headers is { } headers && (headers.Count > MaxHeaders || !headers.All(IsHeader)))
        {
            yield return (
                "headers",
                $"There may be {MaxHeaders} headers: names of letters, digits and -, values of 1 to {MaxHeader} characters in one line.");
        }
    }

    private static bool IsHeader(KeyValuePair<string, string?> header) =>
        header.Key.Length is > 0 and <= MaxId
        && !header.Key.AsSpan().ContainsAnyExcept(HeaderLetters)
        && header.Value is { Length: > 0 and <= MaxHeader } value
        && !HasControl(value);

    private static bool HasControl(ReadOnlySpan<char> text) =>
        text.ContainsAnyInRange('\0', '\u001F') || text.ContainsAnyInRange('\u007F', '\u009F');

    private static bool IsCallbackUrl(string? text) =>
        text is { Length: <= MaxUrl }
        && Uri.TryCreate(text, UriKind.Absolute, out var url)
        && (url.Scheme == Uri.UriSchemeHttp || url.Scheme == Uri.UriSchemeHttps)
        && url.Host.Length > 0;
}
