using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Json;

namespace XenoCrm.Api.Http;

/// <summary>Says what is wrong with JSON at the place where its reader gave up, and what was expected there.</summary>
internal static class JsonFaults
{
    private const int LongestShown = 20;

    private static readonly SearchValues<byte> HexDigits = SearchValues.Create("0123456789abcdefABCDEF"u8);
    private static readonly SearchValues<byte> EndsOfWords = SearchValues.Create(" \t\r\n,:]}"u8);

    public static string TooDeep(int levels) =>
        string.Create(CultureInfo.InvariantCulture, $"This is nested too deeply: a depth of {levels} levels is the most.");

    /// <param name="last">The last token that was in order.</param>
    /// <param name="depth">How deep that token is; 0: the value is complete, or has not begun.</param>
    /// <param name="rest">What follows it, to the end of the text.</param>
    public static string Describe(JsonTokenType last, int depth, ReadOnlySpan<byte> rest)
    {
        rest = rest.TrimStart(" \t\r\n"u8);
        var isAfterValue = last is not (
            JsonTokenType.None or JsonTokenType.StartObject or JsonTokenType.StartArray or JsonTokenType.PropertyName);
        var isAfterComma = isAfterValue && depth > 0 && rest is [(byte)',', ..];
        rest = isAfterComma ? rest[1..].TrimStart(" \t\r\n"u8) : rest;
        return rest switch
        {
            [] when last == JsonTokenType.None => "There is no JSON here; a JSON value was expected.",
            [] => "The JSON ends too soon: an object or an array is not closed.",
            [(byte)'/', ..] or [(byte)'#', ..] => "JSON has no comments; leave it out.",
            [(byte)'}' or (byte)']', ..] when isAfterComma =>
                $"There is a comma before {(char)rest[0]}; in JSON none stands after the last one.",
            _ when isAfterValue && depth == 0 => $"The JSON is complete before this; nothing may follow it, but there is {Shown(rest)}.",
            _ when isAfterValue && !isAfterComma => $"A comma, or the closing }} or ], was expected; found {Shown(rest)}.",
            [(byte)'\'', ..] => "JSON has its text in double quotes, not in single ones.",
            [(byte)'"', ..] => OfText(rest),
            [(>= (byte)'0' and <= (byte)'9') or (byte)'-' or (byte)'+' or (byte)'.', ..] when last != JsonTokenType.StartObject =>
                $"{Shown(rest)} is no JSON number: digits, a point before decimals, no leading zeros, no plus, nothing between thousands.",
            _ when last == JsonTokenType.StartObject => $"A member's name in double quotes, or }}, was expected; found {Shown(rest)}.",
            _ when isAfterComma => $"After the comma a value or a member's name in double quotes was expected; found {Shown(rest)}.",
            _ => $"A value was expected (text in double quotes, a number, true, false, null, an object or an array); found {Shown(rest)}.",
        };
    }

    private static string OfText(ReadOnlySpan<byte> text)
    {
        for (var i = 1; i < text.Length; i++)
        {
            switch (text[i])
            {
                case < 0x20:
                    return string.Create(
                        CultureInfo.InvariantCulture,
                        $"A text has a bare control character (U+{(int)text[i]:X4}) in it; JSON writes an escape: \\n, \\t, "
                            + $"\\u{(int)text[i]:x4}.");
                case (byte)'\\':
                    i++;
                    if (i < text.Length && !"\"\\/bfnrtu"u8.Contains(text[i]))
                    {
                        return $"\\{(char)text[i]} is no escape of JSON; a backslash itself is written twice.";
                    }

                    if (i + 4 < text.Length && text[i] == (byte)'u' && text.Slice(i + 1, 4).ContainsAnyExcept(HexDigits))
                    {
                        return "\\u is followed by four hexadecimal digits in JSON.";
                    }

                    break;
                case (byte)'"':
                    return "A member's name is followed by a colon and its value.";
            }
        }

        return "The JSON ends too soon: a text has no closing quote.";
    }

    private static string Shown(ReadOnlySpan<byte> text)
    {
        if (text[0] < 0x20)
        {
            return string.Create(CultureInfo.InvariantCulture, $"the character U+{(int)text[0]:X4}");
        }

        // A character of several bytes stays whole: the decoder drops what is cut.
        var end = text[1..].IndexOfAny(EndsOfWords) is var stop && stop < 0 ? text.Length : stop + 1;
        var shown = Encoding.UTF8.GetString(text[..Math.Min(end, LongestShown)]).TrimEnd('\uFFFD');
        return end > LongestShown ? shown + "…" : shown;
    }
}
