using XenoCrm.Language.Words;

namespace XenoCrm.Language.Grammar;

/// <summary>What stands between two conditions: "and", "or", a comma that is one of these, and what begins an exception.</summary>
internal sealed class JointReader(TermCursor cursor, FrameReader frame)
{
    /// <summary>The joint between two conditions, if they belong to the same AND.</summary>
    public bool TryTakeJoint(bool joined, bool isAlternative, out bool isAnd)
    {
        isAnd = false;
        var start = cursor.Position;
        if (cursor.PeekIs(Lexeme.Comma))
        {
            if (!joined || frame.IsEndAhead() || cursor.PeekIs(1, Lexeme.Or) || IsCommaAnOr(cursor.Position) || (isAlternative && cursor.PeekIs(1, Lexeme.Except, Lexeme.Unless, Lexeme.AsLongAs)))
            {
                return false;
            }

            while (cursor.TryTake(Lexeme.Comma) is not null)
            {
                // ", that is, …".
            }

            isAnd = true;
        }

        if (cursor.AtEnd || cursor.PeekIs(Lexeme.Close, Lexeme.Stop) || frame.IsPurposeAhead())
        {
            return false;
        }

        if (cursor.PeekIs(Lexeme.And, Lexeme.But) && !IsDenial())
        {
            if (!joined)
            {
                return false;
            }

            cursor.Take();
            isAnd = true;
            cursor.TryTake(Lexeme.But, Lexeme.And);
        }
        else if (!joined && (cursor.PeekIs(Lexeme.Except, Lexeme.Unless) || IsDenial()))
        {
            return false;
        }

        if (cursor.PeekIs(Lexeme.AsLongAs))
        {
            if (isAlternative || !joined)
            {
                cursor.Position = start;
                return false;
            }

            cursor.Take();
            isAnd = true;
        }

        return true;
    }

    /// <summary>In "A, B, or C" the first comma is an OR too. Commas in lists of values are none of ours.</summary>
    public bool IsCommaAnOr(int comma)
    {
        var depth = 0;
        for (var index = comma; index < cursor.Terms.Count; index++)
        {
            var term = cursor.Terms[index];
            depth += term.Is(Lexeme.Open) ? 1 : term.Is(Lexeme.Close) ? -1 : 0;
            if (depth < 0 || term.IsAny(Lexeme.Stop, Lexeme.But, Lexeme.And, Lexeme.Except, Lexeme.Unless, Lexeme.AsLongAs))
            {
                return false;
            }

            if (depth == 0 && index > comma && term.Is(Lexeme.Or) && !IsBetweenNames(index))
            {
                return cursor.Terms[index - 1].Is(Lexeme.Comma) || IsInEither(comma);
            }
        }

        return false;
    }

    /// <summary>"our vips as well as anybody who spent over 500": two groups of people are taken together.</summary>
    public bool AreOthersAhead()
    {
        var start = cursor.Position;
        cursor.TryTake(Lexeme.Comma);
        var areOthers = cursor.TryTake(Lexeme.And) is { } joint
            && !cursor.PeekIs(Lexeme.Not, Lexeme.Except)
            && cursor.Noise().Any(term => IsAnybody(term)
                || (term.IsAny(Lexeme.Subject, Lexeme.All) && cursor.WordOf(joint) is "as" or "along" or "together" or "plus" or "in"));
        cursor.Position = start;
        return areOthers && frame.HasSubjectBefore(cursor.Position, everywhere: true);
    }

    public bool TryTakeOthers()
    {
        if (!AreOthersAhead())
        {
            return false;
        }

        cursor.Take();
        cursor.TryTake(Lexeme.And);
        cursor.Warn("Two groups of people joined by “and” are both selected.");
        return true;
    }

    /// <summary>"all customers but those from France".</summary>
    public bool IsAllBut() => cursor.PeekIs(Lexeme.But) && frame.SaysAllBefore(cursor.Position);

    /// <summary>"but not those in Pune": "but" and "not" before a noun or a pronoun. "But not ordered since May" is an ordinary AND.</summary>
    public bool IsDenial()
    {
        if (!cursor.PeekIs(Lexeme.But, Lexeme.And) || !cursor.PeekIs(1, Lexeme.Not))
        {
            return false;
        }

        var start = cursor.Position;
        cursor.Take();
        cursor.Take();
        var isDenial = cursor.NoiseHas(Lexeme.Subject, Lexeme.Pronoun, Lexeme.Relative, Lexeme.Everyone);
        cursor.Position = start;
        return isDenial;
    }

    public bool TryTakeExclusion()
    {
        if (IsAllBut())
        {
            // "all customers but not vips" denies them once.
            cursor.Take();
            cursor.TryTake(Lexeme.Not);
            return true;
        }

        if (IsDenial())
        {
            cursor.Take();
            cursor.Take();
            return true;
        }

        return cursor.TryTake(Lexeme.Except, Lexeme.Unless) is not null;
    }

    private bool IsAnybody(Term term) => cursor.WordOf(term) is "anyone" or "anybody" or "everyone" or "everybody";

    private bool IsInEither(int index) => cursor.Terms.Take(index).Any(term => term.Is(Lexeme.Either));

    private bool IsBetweenNames(int or) =>
        or + 1 < cursor.Terms.Count && IsName(cursor.Terms[or + 1]) && cursor.Terms.Take(or).LastOrDefault(term => !term.Is(Lexeme.Comma)) is { } before && IsName(before);

    private static bool IsName(Term term) => term.IsAny(Lexeme.CityName, Lexeme.CountryName, Lexeme.Tag, Lexeme.Unknown, Lexeme.Quoted);
}
