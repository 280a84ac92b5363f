using System.Diagnostics.CodeAnalysis;
using System.Text.Json;

namespace XenoCrm.Api.Http;

/// <summary>
/// What is said of JSON values that are something else than was asked for, and their text: an escape such as <c>"\ud800"</c> is
/// valid JSON and no text, which the reader notices only when it is asked for.
/// </summary>
internal static class JsonValues
{
    public const string NotText = "This must be text, in quotes.";
    public const string NotUnicode = "This is not valid Unicode text.";
    public const string NotFlag = "This must be true or false, without quotes.";
    public const string NotNumber = "This must be a number, such as 12.50, without quotes.";
    public const string NotWholeNumber = "This must be a whole number, such as 100, without quotes.";
    public const string NameNotUnicode = "A member's name in here is not valid Unicode text.";
    public const string NullInArray = "An array has no null in it. Leave it out.";
    public const string Twice = "This member stands twice in its object.";

    public static bool TryText(JsonElement value, [NotNullWhen(true)] out string? text)
    {
        text = null;
        try
        {
            text = value.ValueKind == JsonValueKind.String ? value.GetString() : null;
        }
        catch (InvalidOperationException)
        {
            // Half a surrogate pair.
        }

        return text is not null;
    }

    public static bool TryName(JsonProperty member, [NotNullWhen(true)] out string? name)
    {
        name = null;
        try
        {
            name = member.Name;
        }
        catch (InvalidOperationException)
        {
            // As above.
        }

        return name is not null;
    }
}
