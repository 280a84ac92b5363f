using System.Buffers;
using System.Text;
using System.Text.RegularExpressions;

namespace XenoCrm.Api.Vendor;

/// <summary>
/// Free text of the vendor's, such as a mail server's <c>550 5.1.1 &lt;mara@example.com&gt; no such user</c>. It is kept in logs, dead
/// letters and the stream, where an erasure would have to look for it; so the address does not come in.
/// </summary>
internal static partial class VendorText
{
    // What stands around an address.
    private static readonly SearchValues<char> Ends = SearchValues.Create(" \t\r\n<>()[]\"',;:=");

    public static string WithoutAddresses(string text) => Number().Replace(WithoutMail(text), "[number]");

    // By hand, in one pass: a regular expression would try each beginning of a long word anew.
    private static string WithoutMail(string text)
    {
        if (!text.Contains('@', StringComparison.Ordinal))
        {
            return text;
        }

        var kept = new StringBuilder(text.Length);
        for (var rest = text.AsSpan(); !rest.IsEmpty;)
        {
            var length = rest.IndexOfAny(Ends) is var end and >= 0 ? end : rest.Length;
            kept.Append(rest[..length].Contains('@') ? "[address]" : rest[..length]);
            if (length < rest.Length)
            {
                kept.Append(rest[length++]);
            }

            rest = rest[length..];
        }

        return kept.ToString();
    }

    // Seven digits and more, with what people write between them. Shorter ones are codes: 5.1.1, 421, 2026.
    [GeneratedRegex(@"\+?\d(?:[ \-()/]{0,2}\d){6,}", RegexOptions.CultureInvariant)]
    private static partial Regex Number();
}
