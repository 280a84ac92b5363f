using XenoCrm.Core.Rules;
using XenoCrm.Language.Meaning;
using XenoCrm.Language.Words;

namespace XenoCrm.Language.Grammar;

/// <summary>
/// Joins conditions to a rule. AND binds tighter than OR, and words that stand side by side are an AND; "either … or"
/// and parentheses group. Every word must belong to something.
/// </summary>
internal sealed partial class SentenceReader
{
    private readonly TermCursor cursor;
    private readonly ClauseContext context = new();
    private readonly ClauseReader clauses;
    private readonly FrameReader frame;
    private readonly JointReader joints;
    private int depth;

    public SentenceReader(TermCursor cursor, RuleTime time)
    {
        this.cursor = cursor;
        clauses = new ClauseReader(cursor, context, time);
        frame = new FrameReader(cursor);
        joints = new JointReader(cursor, frame);
    }

    /// <exception cref="SentenceRefusedException">Some of it could not be understood.</exception>
    public Rule Read()
    {
        frame.SkipLead();
        if (cursor.AtEnd)
        {
            return frame.SaysEveryone() ? new Everyone() : throw Refusals.NoCondition();
        }

        var rules = new List<Rule>();
        while (!cursor.AtEnd)
        {
            if (ReadWhole() is { } rule)
            {
                rules.Add(rule);
            }

            if (!frame.TryReadEnd() && !frame.TryReadNext())
            {
                throw Complaints.At(cursor, cursor.Peek());
            }
        }

        if (rules.Count == 0)
        {
            throw context.Vague is [var vague, ..] ? Refusals.Vague(vague.Word) : Refusals.NoCondition();
        }

        var whole = Rules.All(rules);
        if (context.Ranking is { } ranking && whole is AllOf or AnyOf)
        {
            // "The top 100 spenders in Pune" may be a hundred in Pune, or those in Pune among the hundred.
            throw Refusals.TwoWays(ranking, "among all customers", "among those only whom the other words mean");
        }

        Vagueness.Check(context.Vague, whole, cursor);
        return whole;
    }

    // What binds least: exceptions and provisos that stand behind an OR.
    private Rule? ReadWhole()
    {
        if (++depth > RuleLimits.MaxDepth)
        {
            throw Refusals.TooComplex();
        }

        List<Rule?> rules = cursor.Try(ReadFrontedExclusion) is { } excluded ? [excluded, ReadAlternatives()] : [ReadAlternatives()];
        while (cursor.Try(ReadProviso))
        {
            // "A or B, but not C, as long as D".
        }

        depth--;
        return Combine(rules);

        bool ReadProviso()
        {
            cursor.TryTake(Lexeme.Comma);
            cursor.TryTake(Lexeme.And, Lexeme.But);
            var isProviso = cursor.TryTake(Lexeme.AsLongAs) is not null;
            if (isProviso || joints.TryTakeExclusion())
            {
                rules.Add(isProviso ? ReadAlternatives() : ReadExclusion());
                return true;
            }

            return false;
        }
    }

    private Rule? ReadAlternatives()
    {
        var start = cursor.Position;
        var alternatives = new List<Rule?> { ReadConjunction(isAlternative: false, joined: true, out _) };
        while (joints.TryTakeOr())
        {
            alternatives.Add(ReadConjunction(isAlternative: true, joined: true, out _) ?? throw Vague());
        }

        if (alternatives is [FieldTest { Operator: RuleOperator.Ne or RuleOperator.Nin } denied, _, ..]
            && alternatives.Skip(1)
                .All(other => other is FieldTest { Operator: RuleOperator.Eq or RuleOperator.In } test && test.Field != denied.Field)
            && !cursor.Terms.Take(cursor.Position).Any(term => term.IsAny(Lexeme.Comma, Lexeme.Either)))
        {
            // "not from Hamburg or tagged trade".
            throw Refusals.TwoWays(cursor.TextBetween(start, cursor.Position), "the denial ends at the “or”",
                "it holds for all that follows");
        }

        return alternatives.Count == 1 ? alternatives[0] : Rules.Any([.. alternatives.Select(rule => rule ?? throw Vague())]);
    }

    private SentenceRefusedException Vague() => context.Vague is [.., var last] ? Refusals.Vague(last.Word) : Refusals.Unfinished();

    /// <param name="isAlternative">It stands behind an OR: exceptions after a comma are about the whole.</param>
    /// <param name="joined">"and" and commas go on with it; else only what stands side by side belongs to it.</param>
    /// <param name="hasAnd">Whether an "and" or a comma was in it.</param>
    /// <param name="stopAtComma">Only "and" goes on with it.</param>
    private Rule? ReadConjunction(bool isAlternative, bool joined, out bool hasAnd, bool stopAtComma = false)
    {
        var items = new List<Rule?>();
        var saysAnd = false;
        while (cursor.Try(GoesOn))
        {
            if (cursor.Previous is { } nor && nor.Is(Lexeme.Nor))
            {
                items.Add(clauses.Read(negated: true));
                continue;
            }

            if (IsExclusionAhead())
            {
                joints.TryTakeExclusion();
                items.Add(ReadExclusion());
                continue;
            }

            while (cursor.Peek() is { } courtesy && courtesy.Meanings.All(meaning => meaning.Lexeme == Lexeme.Courtesy))
            {
                // "Delhi wale customers dikhao jinhone …".
                cursor.Take();
            }

            items.Add(cursor.AtEnd ? throw Complaints.At(cursor, null) : ReadItem());
            if (!cursor.PeekIs(Lexeme.Or, Lexeme.Nor) && !frame.IsPurposeAhead())
            {
                cursor.SkipNoise();
            }
        }

        hasAnd = saysAnd;
        return Combine(items);

        // Whether another condition follows; what joins it is taken.
        bool GoesOn()
        {
            var isFirst = items.Count == 0;
            if (cursor.AtEnd
                || cursor.PeekIs(Lexeme.Close, Lexeme.Stop, Lexeme.Slash)
                || (!isFirst && ((cursor.PeekIs(Lexeme.Or, Lexeme.Nor) && !IsNorAhead()) || frame.IsPurposeAhead() || frame.IsEndAhead())))
            {
                return false;
            }

            if (!isFirst && IsNorAhead())
            {
                cursor.TryTake(Lexeme.Comma);
                cursor.Take();
                return true;
            }

            if (!isFirst)
            {
                if (joints.AreOthersAhead()
                    || (stopAtComma && cursor.PeekIs(Lexeme.Comma))
                    || joints.Read(joined, isAlternative) is not { } isAnd)
                {
                    return false;
                }

                saysAnd |= isAnd;
            }

            return !(isAlternative && IsExclusionAhead() && (cursor.PeekIs(Lexeme.Except, Lexeme.Unless) || saysAnd));
        }

        // "not tagged inactive, nor unsubscribed": behind a denial "nor" is another one.
        bool IsNorAhead() =>
            cursor.PeekIs(cursor.PeekIs(Lexeme.Comma) ? 1 : 0, Lexeme.Nor)
            && cursor.Terms.Take(cursor.Position)
                .LastOrDefault(term => term.IsAny(Lexeme.And, Lexeme.Comma, Lexeme.But, Lexeme.Not, Lexeme.NotAfter))
                is { } last
            && last.IsAny(Lexeme.Not, Lexeme.NotAfter);

        bool IsExclusionAhead() => cursor.PeekIs(Lexeme.Except, Lexeme.Unless)
            || joints.IsDenial()
            || (items.Count == 0 && !isAlternative && joints.IsAllBut());
    }

    private Rule? ReadItem()
    {
        if (cursor.TryTake(Lexeme.Open) is not null)
        {
            return ReadGroup();
        }

        if (cursor.PeekIs(Lexeme.Not) && cursor.PeekIs(1, Lexeme.Open, Lexeme.Either))
        {
            cursor.Take();
            return Rules.Negate(ReadItem() ?? throw Vague());
        }

        if (cursor.TryTake(Lexeme.AnyOfThese) is not null)
        {
            return ReadAnyOfThese();
        }

        if (cursor.PeekIs(Lexeme.Either) && cursor.Take() is not null)
        {
            return ReadEither();
        }

        if (cursor.PeekIs(Lexeme.Neither) || (cursor.PeekIs(Lexeme.Based, Lexeme.From, Lexeme.InPlace) && cursor.PeekIs(1, Lexeme.Neither)))
        {
            while (!cursor.Take().Is(Lexeme.Neither))
            {
                // "lives neither in Pune nor in Delhi".
            }

            return ReadNeither();
        }

        cursor.TryTake(Lexeme.Both);
        if (clauses.TryPassOver())
        {
            return null;
        }

        var isAdjective = clauses.IsAdjectiveAhead();
        var item = clauses.Read();
        return isAdjective ? ReadAdjectives(item) : item;
    }

    private static Rule? Combine(List<Rule?> rules)
    {
        Rule[] stated = [.. rules.OfType<Rule>()];
        return stated.Length == 0 ? null : Rules.All(stated);
    }
}
