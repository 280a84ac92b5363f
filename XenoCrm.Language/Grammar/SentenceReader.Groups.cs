using XenoCrm.Core.Rules;
using XenoCrm.Language.Meaning;
using XenoCrm.Language.Words;

namespace XenoCrm.Language.Grammar;

// What groups conditions: "either … or", "neither … nor", parentheses, exceptions, adjectives before one noun.
internal sealed partial class SentenceReader
{
    private Rule? ReadGroup()
    {
        var rule = ReadWhole();
        return cursor.TryTake(Lexeme.Close) is null ? throw Complaints.At(cursor, cursor.Peek()) : rule ?? throw Vague();
    }

    // "either A or B": each alternative is one condition, or, where the first has an "and" in it, as many as it takes.
    private Rule? ReadEither()
    {
        var alternatives = new List<Rule> { ReadConjunction(isAlternative: false, joined: true, out var hasAnd) ?? throw Vague() };
        while (cursor.Try(TakeOr) is { } comma)
        {
            // "either A, or B and C": the comma parts the alternatives, so the "and" behind it joins.
            var joined = hasAnd || comma;
            alternatives.Add(ReadConjunction(isAlternative: true, joined, out _, stopAtComma: comma) ?? throw Vague());
        }

        return Rules.Any(alternatives);

        // Whether a comma was part of it.
        bool? TakeOr()
        {
            var start = cursor.Position;
            var comma = cursor.TryTake(Lexeme.Comma) is not null;
            return cursor.TryTake(Lexeme.Or) is not null || (comma && joints.IsCommaAnOr(start)) ? comma : null;
        }
    }

    // "any of these: vip, more than 20 orders, spend over 9000".
    private Rule ReadAnyOfThese()
    {
        var alternatives = new List<Rule> { ReadSideBySide() };
        while (cursor.PeekIs(Lexeme.Comma, Lexeme.Or, Lexeme.And, Lexeme.Stop) && !frame.IsEndAhead())
        {
            cursor.Take();
            cursor.TryTake(Lexeme.Or, Lexeme.And);
            alternatives.Add(ReadSideBySide());
        }

        return Rules.Any(alternatives);
    }

    private Rule ReadNeither()
    {
        var rules = new List<Rule> { clauses.Read(negated: true) };
        while (cursor.PeekIs(Lexeme.Nor, Lexeme.Or, Lexeme.Comma) && !(cursor.PeekIs(Lexeme.Comma) && !cursor.PeekIs(1, Lexeme.Nor)))
        {
            cursor.TryTake(Lexeme.Comma);
            cursor.Take();
            rules.Add(clauses.Read(negated: true));
        }

        return Rules.All(rules);
    }

    // "repeat or vip customers in Pune": adjectives of one noun are grouped by it.
    private Rule ReadAdjectives(Rule first) => cursor.Try(() =>
    {
        var rules = new List<Rule> { first };
        while (cursor.PeekIs(Lexeme.Or) && !cursor.NoiseHas(Lexeme.Subject, Lexeme.Everyone))
        {
            cursor.Take();
            if (!clauses.IsAdjectiveAhead() || cursor.NoiseHas(Lexeme.Relative, Lexeme.Subject))
            {
                break;
            }

            rules.Add(clauses.Read());
        }

        return rules.Count > 1 && cursor.NoiseHas(Lexeme.Subject) ? Rules.Any(rules) : null;
    }) ?? first;

    // "Excluding Delhi, please list vips or …": it holds for all that follows.
    private Rule? ReadFrontedExclusion()
    {
        // "without Munich, everyone from Germany".
        var isWithout = cursor.PeekIs(Lexeme.Not) && cursor.PeekIs(1, Lexeme.CityName, Lexeme.CountryName, Lexeme.Tag)
            && cursor.PeekIs(2, Lexeme.Comma);
        if (!cursor.PeekIs(Lexeme.Except, Lexeme.Unless) && !isWithout)
        {
            return null;
        }

        cursor.Take();
        var exclusion = ReadExclusion();
        if (cursor.TryTake(Lexeme.Comma) is null
            || (isWithout && !cursor.NoiseHas(Lexeme.Subject, Lexeme.Everyone))
            || cursor.PeekIs(Lexeme.And, Lexeme.Or, Lexeme.But, Lexeme.Except, Lexeme.Unless))
        {
            return null;
        }

        if (cursor.PeekIs(Lexeme.Lead, Lexeme.Courtesy))
        {
            frame.SkipLead();
        }

        return cursor.AtEnd || frame.IsEndAhead() ? null : exclusion;
    }

    private Rule ReadExclusion()
    {
        var before = context.IsExclusion;
        context.IsExclusion = true;
        var isClause = cursor.NoiseHas(Lexeme.Relative, Lexeme.Pronoun);
        var isInFront = cursor.Terms.Take(cursor.Position).All(term => term.IsNoise
            || term.IsAny(Lexeme.Except, Lexeme.Lead, Lexeme.Courtesy, Lexeme.Stop));
        var members = new List<Rule> { ReadSideBySide() };
        while (cursor.Try(ReadMember))
        {
            // "except vips, staff and those from Pune".
        }

        context.IsExclusion = before;
        return members.Count > 1
            && members.TrueForAll(Vagueness.IsDescription)
                ? Rules.All([.. members.Select(Rules.Negate)])
                : Rules.Negate(Rules.Any(members));

        bool ReadMember()
        {
            var comma = cursor.TryTake(Lexeme.Comma) is not null;
            if (comma && isInFront && !IsListAhead())
            {
                // "Excluding Delhi, customers who …": what is left of the sentence says who they are.
                return false;
            }

            var joint = cursor.TryTake(Lexeme.Or, Lexeme.Nor, Lexeme.And);
            var isNewSubject = cursor.NoiseHas(Lexeme.Subject, Lexeme.Everyone);
            if ((!comma && joint is null)
                || cursor.AtEnd
                || frame.IsEndAhead()
                || cursor.PeekIs(Lexeme.Not, Lexeme.Except, Lexeme.Unless, Lexeme.AsLongAs, Lexeme.But)
                || (joint?.Is(Lexeme.Or) == true && isNewSubject))
            {
                return false;
            }

            var isOr = joint is not null && !joint.Is(Lexeme.And);
            var next = ReadSideBySide();
            if (isOr || (Vagueness.IsDescription(members[^1]) && Vagueness.IsDescription(next)))
            {
                members.Add(next);
            }
            else if (joint is not null && isClause && !isNewSubject && !Vagueness.IsDescription(next))
            {
                // "unless they ordered in May and spent over 500": both together.
                members[^1] = Rules.All(members[^1], next);
            }
            else
            {
                return false;
            }

            return true;
        }
    }

    // "Excluding staff, vip and wholesale, customers …": another comma follows, or an "and" did.
    private bool IsListAhead()
    {
        var index = cursor.Position;
        while (index < cursor.Terms.Count
            && (cursor.Terms[index].IsNoise
            || cursor.Terms[index].IsAny(Lexeme.Tag, Lexeme.CityName, Lexeme.CountryName, Lexeme.And, Lexeme.Or)))
        {
            if (cursor.Terms[index].IsAny(Lexeme.Subject, Lexeme.Everyone))
            {
                return false;
            }

            index++;
        }

        return index > cursor.Position && index < cursor.Terms.Count && cursor.Terms[index].Is(Lexeme.Comma);
    }

    private Rule ReadSideBySide() => ReadConjunction(isAlternative: false, joined: false, out _) ?? throw Vague();
}
