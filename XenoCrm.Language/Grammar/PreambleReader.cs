using XenoCrm.Language.Words;

namespace XenoCrm.Language.Grammar;

/// <summary>What a request begins with: "Dear Ms Rao,", "As discussed this morning, …", "We are opening a second café and want to invite
/// …".</summary>
internal sealed class PreambleReader(TermCursor cursor)
{
    private static readonly string[] FirstPerson = ["we", "i", "our", "my", "im", "ive", "id", "weve", "wed", "us"];

    // "As discussed this morning, please …", up to the comma.
    private static readonly string[] Preambles =
        ["as", "per", "following", "further", "to", "in", "because", "given", "regarding", "ahead", "for", "with"];

    private readonly OccasionReader occasions = new(cursor);

    /// <summary>Words that are not known were passed over because the sentence begins with what we are doing.</summary>
    public bool HasAnnouncement { get; private set; }

    // "We are opening a second café and want to invite customers who …": what begins with us is about us up to the request,
    // whatever its words, as long as none of them is one of a condition.
    public void Skip()
    {
        var index = cursor.Position;
        while (index < cursor.Terms.Count && cursor.Terms[index].IsAny(Lexeme.Courtesy, Lexeme.Comma, Lexeme.Stop))
        {
            index++;
        }

        if (index == cursor.Terms.Count)
        {
            return;
        }

        var first = FirstWord(index);
        var isPreamble = Preambles.Contains(first);
        if (!isPreamble && !FirstPerson.Contains(first))
        {
            return;
        }

        var hasUnknown = false;
        var hasRequest = false;
        int? end = null;
        for (; index < cursor.Terms.Count
            && (IsAnnouncement(cursor.Terms[index])
                || cursor.WordOf(cursor.Terms[index]) == "that"
                || (isPreamble
                    && cursor.Terms[index].IsAny(Lexeme.Today, Lexeme.Yesterday, Lexeme.This, Lexeme.Last, Lexeme.Unit))); index++)
        {
            var term = cursor.Terms[index];
            if (isPreamble
                && term.Is(Lexeme.Comma)
                && index + 1 < cursor.Terms.Count
                && (cursor.Terms[index + 1].IsAny(Lexeme.Lead, Lexeme.Courtesy)
                    || FirstPerson.Contains(FirstWord(index + 1))
                    || FirstWord(index + 1) is "please" or "kindly"))
            {
                end = index + 1;
                break;
            }

            var isUnknown = term.IsAny(Lexeme.Unknown, Lexeme.Unsupported, Lexeme.Vague);
            if (isUnknown && hasRequest)
            {
                // "I want jazz lovers and need …": whom we want is a condition.
                break;
            }

            hasUnknown |= isUnknown;
            hasRequest |= term.ValueOf(Lexeme.Lead) == "request";
            if (!isPreamble
                && term.Is(Lexeme.Stop)
                && hasUnknown
                && !hasRequest
                && index + 1 < cursor.Terms.Count
                && IsRequestAt(index + 1))
            {
                // "We have noticed that people come less often. Could you list …"
                end = index + 1;
                break;
            }

            end = !isPreamble && hasUnknown && term.IsAny(Lexeme.Lead, Lexeme.Purpose) && occasions.NamesWhom(index + 1) ? index + 1 : end;
        }

        cursor.Position = end ?? cursor.Position;
        HasAnnouncement |= end is not null;
    }

    private string FirstWord(int index) => cursor.TextOf(cursor.Terms[index]).ToLowerInvariant().Split(' ', '\'', '’')[0];

    private static bool IsAnnouncement(Term term) =>
        (term.IsNoise && !term.Is(Lexeme.Relative))
        || OccasionReader.IsGift(term)
        || term.IsAny(Lexeme.City, Lexeme.Country, Lexeme.Vague, Lexeme.Stop)
        || term.IsAny(Lexeme.Lead, Lexeme.Courtesy, Lexeme.Purpose, Lexeme.Unknown, Lexeme.Comma, Lexeme.And, Lexeme.To, Lexeme.ForSpan,
            Lexeme.InPlace, Lexeme.Using, Lexeme.New, Lexeme.Month, Lexeme.Holiday);

    private bool IsRequestAt(int index) =>
        cursor.Terms[index].IsAny(Lexeme.Lead, Lexeme.Courtesy)
            || FirstPerson.Contains(FirstWord(index))
            || FirstWord(index) is "please" or "kindly";
}
