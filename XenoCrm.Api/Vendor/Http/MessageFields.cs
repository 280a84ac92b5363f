using System.Text.RegularExpressions;

namespace XenoCrm.Api.Vendor.Http;

/// <summary>
/// What of a message a vendor's template may name: <c>{{id}}</c>, <c>{{recipient}}</c>, <c>{{text}}</c>, <c>{{subject}}</c> and, of an
/// e-mail's own headers, <c>{{header:List-Unsubscribe}}</c>. A value is put in once, encoded for where it stands, and not looked
/// through again.
/// </summary>
internal static partial class MessageFields
{
    public const string Messages = "{{messages}}";
    public const string Subject = "subject";

    private const string HeaderPrefix = "header:";

    /// <summary>For people.</summary>
    public const string Known = "{{id}}, {{recipient}}, {{text}}, {{subject}} and {{header:NAME}}";

    public static string Fill(string template, VendorMessage message, Func<string, string> encode) =>
        Placeholder().Replace(template, match => encode(ValueOf(match.Groups[1].Value, message) ?? ""));

    /// <summary>Whether a text is one placeholder and the message has nothing for it.</summary>
    public static bool IsAbsent(string template, VendorMessage message) =>
        Placeholder().Match(template) is { Success: true } match
        && match.Length == template.Length
        && ValueOf(match.Groups[1].Value, message) is null;

    public static bool IsIn(string template) => Placeholder().IsMatch(template);

    public static IEnumerable<string> NamesIn(string template) => Placeholder().Matches(template).Select(match => match.Groups[1].Value);

    public static bool IsKnown(string name) => name is "id" or "recipient" or "text" or Subject
        || (name.StartsWith(HeaderPrefix, StringComparison.Ordinal) && name.Length > HeaderPrefix.Length);

    private static string? ValueOf(string name, VendorMessage message) => name switch
    {
        "id" => message.Id,
        "recipient" => message.Recipient,
        "text" => message.Text,
        Subject => message.Subject,
        _ => message.Headers?.GetValueOrDefault(name[HeaderPrefix.Length..]),
    };

    [GeneratedRegex(@"\{\{\s*([^{}]*?)\s*\}\}")]
    private static partial Regex Placeholder();
}
