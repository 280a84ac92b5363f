using XenoCrm.Core.Rules;
using XenoCrm.Language.Meaning;
using XenoCrm.Language.Words;

namespace XenoCrm.Language.Grammar;

/// <summary>Conditions on city and country by the names of known places: "from Delhi or Mumbai", "UK based", "Pune wale", "outside
/// India".</summary>
internal sealed class PlaceClauses(TermCursor cursor, ClauseContext context)
{
    private readonly List<(Field Field, string Name)> places = [];

    /// <returns>Null where no place stands.</returns>
    public Rule? TryRead(bool negated)
    {
        var start = cursor.Position;
        places.Clear();
        negated ^= SkipPrepositions();

        // "in (France, Germany)"; a group of conditions has no place alone before its end.
        var isOpen = cursor.Position > start
            && cursor.PeekIs(Lexeme.Open)
            && cursor.PeekIs(1, Lexeme.CityName, Lexeme.CountryName)
            && cursor.PeekIs(2, Lexeme.Comma, Lexeme.Or, Lexeme.Slash, Lexeme.Close);
        if (isOpen)
        {
            cursor.Take();
        }

        if (!TryTakePlace())
        {
            return null;
        }

        var isAnd = false;
        var isComma = false;
        while (cursor.Try(TakeNext) is { } joint)
        {
            isAnd |= joint.Is(Lexeme.And);
            isComma |= joint.Is(Lexeme.Comma);
        }

        if (isOpen && cursor.TryTake(Lexeme.Close) is null)
        {
            throw Complaints.At(cursor, cursor.Peek());
        }

        SkipBehind();
        negated ^= cursor.TryTake(Lexeme.NotAfter, Lexeme.ExceptAfter, Lexeme.Outside) is not null;
        SkipBehind();
        return Build(negated, isAnd, isComma);
    }

    // Returns whether they deny: "outside", "anywhere but in".
    private bool SkipPrepositions()
    {
        var negated = false;
        while (IsAnyOther()
            || cursor.PeekIs(Lexeme.From, Lexeme.InPlace, Lexeme.Based, Lexeme.Outside, Lexeme.ForSpan)
            || (cursor.PeekIs(Lexeme.Either) && places.Count == 0)
            || (cursor.PeekIs(Lexeme.City, Lexeme.Country) && cursor.PeekIs(1, Lexeme.CityName, Lexeme.CountryName)))
        {
            if (IsAnyOther())
            {
                cursor.Take();
                cursor.Take();
                negated = !negated;
                continue;
            }

            negated ^= cursor.Take().Is(Lexeme.Outside);
        }

        return negated;
    }

    // "any country other than France".
    private bool IsAnyOther() => cursor.PeekIs(Lexeme.City, Lexeme.Country)
        && cursor.PeekIs(1, Lexeme.Except, Lexeme.But)
        && cursor.PeekIs(2, Lexeme.CityName, Lexeme.CountryName);

    private void SkipBehind()
    {
        while (cursor.PeekIs(Lexeme.Based))
        {
            cursor.Take();
        }

        if (cursor.PeekIs(Lexeme.City) && cursor.Position < cursor.Terms.Count && ReferenceEquals(cursor.Adjacent(), cursor.Peek()))
        {
            // "Mumbai city".
            cursor.Take();
        }
    }

    // Another place, and what joins it to the ones before.
    private Term? TakeNext()
    {
        if (cursor.TryTake(Lexeme.Comma, Lexeme.Or, Lexeme.And, Lexeme.Nor, Lexeme.Slash) is not { } joint)
        {
            return null;
        }

        var isComma = joint.Is(Lexeme.Comma);
        if (isComma && cursor.NoiseHas(Lexeme.Subject, Lexeme.Everyone))
        {
            // "without Munich, everyone from Germany".
            return null;
        }

        joint = isComma && cursor.TryTake(Lexeme.Or, Lexeme.And, Lexeme.Nor) is { } second ? second : joint;
        if (isComma && joint.Is(Lexeme.Or) && cursor.PeekIs(Lexeme.From, Lexeme.InPlace) && !cursor.PeekIs(2, Lexeme.Comma))
        {
            // "from Delhi, or from Mumbai and tagged vip": an alternative of its own.
            return null;
        }

        while (cursor.PeekIs(Lexeme.From, Lexeme.InPlace, Lexeme.Based))
        {
            cursor.Take();
        }

        return TryTakePlace() ? joint : null;
    }

    private bool TryTakePlace()
    {
        var term = cursor.Peek();
        var field = term?.ValueOf(Lexeme.CityName) is not null ? FieldCatalog.City : FieldCatalog.Country;
        if (term is null || (term.ValueOf(Lexeme.CityName) ?? term.ValueOf(Lexeme.CountryName)) is not { } name)
        {
            return false;
        }

        cursor.Take();
        places.Add((field, name));
        return true;
    }

    /// <summary>Says so where a place is looked for under several names.</summary>
    public static void WarnOfSpellings(TermCursor cursor, IReadOnlyList<string> spellings)
    {
        if (spellings.Count > 1)
        {
            cursor.Warn($"Looked for under each of its names: {string.Join(", ", spellings)}.");
        }
    }

    private Rule Build(bool negated, bool isAnd, bool isComma)
    {
        foreach (var place in places)
        {
            WarnOfSpellings(cursor, Places.Spellings(place.Field, place.Name));
        }

        var tests = places.GroupBy(place => place.Field)
            .Select(group => Rules.OneOf(group.Key, group.SelectMany(place => Places.Spellings(place.Field, place.Name))))
            .ToArray<Rule>();

        // "Pune, India" and "Pune and India" are one place in the other; "Pune or India" are two.
        var isInside = tests.Length == 2 && places.Count == 2 && (isAnd || isComma) && !context.IsExclusion;
        if (isAnd && !isInside && !negated && !context.IsExclusion)
        {
            cursor.Warn("Nobody is in two places: the places joined by “and” are read as “or”.");
        }

        if (!negated)
        {
            return isInside ? Rules.All(tests) : Rules.Any(tests);
        }

        return isInside ? Rules.Negate(Rules.All(tests)) : Rules.All([.. tests.Select(Rules.Negate)]);
    }
}
