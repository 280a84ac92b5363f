using System.Text;

namespace XenoCrm.Core.Text;

/// <summary>
/// The form in which text is compared: every store keeps it beside the text, and a rule's value and a search are brought to it,
/// so that all compare alike. It is a <see cref="TextLine"/> without anything invisible, its case folded as Unicode does
/// (<c>ß</c> is <c>ss</c>, a final sigma is a sigma, an <c>İ</c> is an <c>i</c> with a dot above).
/// </summary>
public static class TextKey
{
    public static string Of(string text)
    {
        if (TextLine.IsPlain(text))
        {
            return text.ToLowerInvariant();
        }

        var line = CanonicalForm.Of(TextLine.Collapse(text, Invisible.Is));
        var key = new StringBuilder(line.Length);
        for (var i = 0; i < line.Length;)
        {
            if (!Rune.TryGetRuneAt(line, i, out var rune))
            {
                key.Append(line[i++]);
                continue;
            }

            i += rune.Utf16SequenceLength;
            key.Append(Folded(rune.Value) ?? Rune.ToLowerInvariant(Rune.ToUpperInvariant(rune)).ToString());
        }

        return CanonicalForm.Of(key.ToString());
    }

    // Where folding is more than the small letter of the capital one.
    private static string? Folded(int rune) => rune switch
    {
        'ß' or 'ẞ' => "ss",
        'İ' => "i\u0307",
        'ı' => "ı",
        'ŉ' => "ʼn",
        'ſ' or 'ẛ' => rune == 'ſ' ? "s" : "ṡ",
        'և' => "եւ",
        'ﬀ' => "ff",
        'ﬁ' => "fi",
        'ﬂ' => "fl",
        'ﬃ' => "ffi",
        'ﬄ' => "ffl",
        'ﬅ' or 'ﬆ' => "st",
        _ => null,
    };
}
