using System.Globalization;
using XenoCrm.VendorSimulator.Storage;

namespace XenoCrm.VendorSimulator.Receipts;

/// <summary>
/// <c>vm_1f00c3aa_2a</c>: the file's epoch and the message's number, in hexadecimal. Made from the number, it needs no
/// column and no index; with the epoch, it is unique even after the file was deleted.
/// </summary>
internal sealed class VendorMessageId(VendorDatabase database)
{
    private readonly string prefix = $"vm_{database.Epoch}_";

    public string Of(long number) => string.Create(CultureInfo.InvariantCulture, $"{prefix}{number:x}");

    public long? NumberOf(string text) =>
        text.StartsWith(prefix, StringComparison.Ordinal)
        && long.TryParse(text.AsSpan(prefix.Length), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var number)
        && Of(number) == text
            ? number
            : null;
}
