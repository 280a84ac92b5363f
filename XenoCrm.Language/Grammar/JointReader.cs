using XenoCrm.Language.Words;

namespace XenoCrm.Language.Grammar;

/// <summary>What stands between two conditions: "and", "or", a comma that is one of these, and what begins an exception.</summary>
internal sealed class JointReader(TermCursor cursor, FrameReader frame)
{
    /// <summary>Reads the joint between two conditions that belong to the same AND.</summary>
    /// <returns>Whether it says "and", as a comma does; null where the AND ends.</returns>
    public bool? Read(bool joined, bool isAlternative)
    {
        var isAnd = false;
        if (cursor.PeekIs(Lexeme.Comma))
        {
            if (!joined
                || frame.IsEndAhead()
                || cursor.PeekIs(1, Lexeme.Or)
                || IsCommaAnOr(cursor.Position)
                || (isAlternative && cursor.PeekIs(1, Lexeme.Except, Lexeme.Unless, Lexeme.AsLongAs)))
            {
                return null;
            }

            while (cursor.TryTake(Lexeme.Comma) is not null)
            {
                // ", that is, …".
            }

            isAnd = true;
        }

        if (cursor.AtEnd || cursor.PeekIs(Lexeme.Close, Lexeme.Stop) || frame.IsPurposeAhead())
        {
            return null;
        }

        cursor.SkipNoise();

        if (cursor.PeekIs(Lexeme.And, Lexeme.But) && !IsDenial())
        {
            if (!joined)
            {
                return null;
            }

            cursor.Take();
            isAnd = true;
            cursor.TryTake(Lexeme.But, Lexeme.And);

            while (cursor.TryTake(Lexeme.Comma) is not null)
            {
                // "and, of course, …".
            }
        }
        else if (!joined && (cursor.PeekIs(Lexeme.Except, Lexeme.Unless) || IsDenial()))
        {
            return null;
        }

        if (cursor.TryTake(Lexeme.AsLongAs) is not null)
        {
            return isAlternative || !joined ? null : true;
        }

        return isAnd;
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

    /// <summary>"or", a comma that is one, or "as well as anyone …".</summary>
    public bool TryTakeOr() => cursor.Try(() =>
    {
        var start = cursor.Position;
        var isComma = cursor.TryTake(Lexeme.Comma) is not null;
        if (cursor.TryTake(Lexeme.Or, Lexeme.Slash) is null && !TryTakeOthers())
        {
            return isComma && IsCommaAnOr(start);
        }

        while (cursor.TryTake(Lexeme.Comma) is not null)
        {
            // "or, failing that, …".
        }

        return true;
    });

    /// <summary>"our vips as well as anybody who spent over 500": two groups of people are taken together.</summary>
    public bool AreOthersAhead()
    {
        return cursor.Ahead(() =>
        {
            cursor.TryTake(Lexeme.Comma);
            return cursor.TryTake(Lexeme.And) is { } joint
                && cursor.Terms.Take(cursor.Position).Any(term => term.IsAny(Lexeme.Subject, Lexeme.Everyone))
                && !cursor.PeekIs(Lexeme.Not, Lexeme.Except)
                && cursor.Noise().Any(term => IsAnybody(term)
                    || (term.IsAny(Lexeme.Subject, Lexeme.All) && cursor.WordOf(joint) is "as" or "along" or "together" or "plus" or "in"));
        });
    }

    private bool TryTakeOthers()
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

    /// <summary>"but not those in Pune": "but" and "not" before a noun or a pronoun. "But not ordered since May" is an ordinary
    /// AND.</summary>
    public bool IsDenial() => cursor.Ahead(() =>
        cursor.TryTake(Lexeme.But, Lexeme.And) is not null
        && cursor.TryTake(Lexeme.Not) is not null
        && cursor.NoiseHas(Lexeme.Subject, Lexeme.Pronoun, Lexeme.Relative, Lexeme.Everyone));

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
        or + 1 < cursor.Terms.Count
            && IsName(cursor.Terms[or + 1])
            && cursor.Terms.Take(or).LastOrDefault(term => !term.Is(Lexeme.Comma)) is { } before
            && IsName(before);

    private static bool IsName(Term term) => term.IsAny(Lexeme.CityName, Lexeme.CountryName, Lexeme.Tag, Lexeme.Unknown, Lexeme.Quoted);
}
