using System.Text;

namespace XenoCrm.Api.Vendor;

/// <summary>What a vendor's words must be to come into the log, whatever shape its receipts have.</summary>
internal static class ReceiptText
{
    public const int MaxReasonLength = 1_000;

    private const int MaxIdLength = 256;
    private const int MaxWordLength = 32;

    public static readonly string NoIdentifier = $"it must have 1 to {MaxIdLength} characters, none of them a control character.";

    public static bool IsIdentifier(string text) => text.Length is > 0 and <= MaxIdLength && !HasControl(text);

    /// <summary>A word is shown, since it tells what the vendor means; anything else may be somebody's address.</summary>
    public static bool IsWord(string text) =>
        text.Length is > 0 and <= MaxWordLength && text.All(c => char.IsAsciiLetter(c) || c is '_' or '-');

    /// <summary>A failure's reason without the addresses in it; null if nothing is left.</summary>
    public static string? Reason(string text) => Fit(VendorText.WithoutAddresses(text));

    // C0, DEL and C1.
    private static bool HasControl(ReadOnlySpan<char> text) =>
        text.ContainsAnyInRange('\0', '\u001F') || text.ContainsAnyInRange('\u007F', '\u009F');

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
}
