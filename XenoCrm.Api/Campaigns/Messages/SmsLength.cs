namespace XenoCrm.Api.Campaigns.Messages;

/// <summary>
/// A text as text messages of a phone. In the alphabet of GSM 03.38 one has 160 characters, of a longer text each part 153; with any other
/// character in it the whole text is in UCS-2, with 70 and 67.
/// </summary>
/// <param name="Units">Septets of GSM-7, in which <c>€ [ ] { } ^ ~ | \</c> count twice; or UTF-16 units of UCS-2.</param>
public sealed record SmsLength(int Units, int Parts, bool IsGsm)
{
    private const string Basic =
        "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿"
        + "abcdefghijklmnopqrstuvwxyzäöñüà";

    private const string Extended = "\f^{}\\[~]|€";

    public string Alphabet => IsGsm ? "GSM-7" : "UCS-2";

    public static SmsLength Of(string text)
    {
        var isGsm = text.All(letter => Basic.Contains(letter) || Extended.Contains(letter));
        var units = isGsm ? text.Sum(letter => Extended.Contains(letter) ? 2 : 1) : text.Length;
        var (alone, part) = isGsm ? (160, 153) : (70, 67);
        return new SmsLength(units, units <= alone ? Math.Sign(units) : Split(text, part, isGsm), isGsm);
    }

    // A character that takes two units is not cut in two: its part ends a unit early.
    private static int Split(string text, int size, bool isGsm)
    {
        var (parts, used) = (1, 0);
        for (var at = 0; at < text.Length; at++)
        {
            var isPair = !isGsm && char.IsSurrogatePair(text, at);
            var width = isPair || (isGsm && Extended.Contains(text[at])) ? 2 : 1;
            at += isPair ? 1 : 0;
            if (used + width > size)
            {
                (parts, used) = (parts + 1, 0);
            }

            used += width;
        }

        return parts;
    }
}
