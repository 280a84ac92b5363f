using System.Globalization;

namespace XenoCrm.Core.Campaigns;

/// <summary>
/// The id under which the vendor knows a message: the log row's id in the first round, <c>{id}~2</c>, <c>{id}~3</c> … in
/// the rounds that <c>retry</c> adds. The vendor sends an id once, so a retry needs a new one; a receipt for any round
/// still finds its row.
/// </summary>
public readonly record struct MessageId(string LogId, int Round)
{
    private const char Separator = '~';

    public override string ToString() => Round == 1 ? LogId : string.Create(CultureInfo.InvariantCulture, $"{LogId}{Separator}{Round}");

    public static MessageId Parse(string text)
    {
        var at = text.LastIndexOf(Separator);
        return at > 0 && int.TryParse(text.AsSpan(at + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var round) && round > 1
            ? new MessageId(text[..at], round)
            : new MessageId(text, 1);
    }
}
