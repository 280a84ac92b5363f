using XenoCrm.Core.Rules;
using XenoCrm.Language.Meaning;
using XenoCrm.Language.Words;

namespace XenoCrm.Language.Grammar;

/// <summary>
/// Joins conditions to a rule. AND binds tighter than OR, and words that stand side by side are an AND; "either … or",
/// parentheses and the clause after "customers … who" group. Every word must belong to something.
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
            return frame.HasAnnouncement ? throw Complaints.Instead(cursor, Refusals.NoCondition())
                : frame.SaysEveryone() ? new Everyone()
                : throw Refusals.NoCondition();
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
        Vagueness.Check(context.Vague, whole, cursor);
        return whole;
    }

    // What binds least: exceptions and provisos that stand behind an OR.
    private Rule? ReadWhole(bool stopAtSubject = false)
    {
        if (++depth > RuleLimits.MaxDepth)
        {
            throw Refusals.TooComplex();
        }

        List<Rule?> rules = [ReadAlternatives(stopAtSubject, out _)];
        while (true)
        {
            var start = cursor.Position;
            cursor.TryTake(Lexeme.Comma);
            cursor.TryTake(Lexeme.And, Lexeme.But);
            if (cursor.TryTake(Lexeme.AsLongAs) is not null)
            {
                rules.Add(ReadAlternatives(stopAtSubject, out _));
            }
            else if (joints.TryTakeExclusion())
            {
                rules.Add(ReadExclusion());
            }
            else
            {
                cursor.Position = start;
                break;
            }
        }

        depth--;
        return Combine(rules);
    }

    private Rule? ReadAlternatives(bool stopAtSubject, out bool hasAnd)
    {
        var alternatives = new List<Rule?> { ReadConjunction(stopAtSubject, isAlternative: false, joined: true, out hasAnd) };
        while (true)
        {
            var start = cursor.Position;
            var comma = cursor.TryTake(Lexeme.Comma) is not null;
            var or = cursor.TryTake(Lexeme.Or, Lexeme.Slash) is not null || joints.TryTakeOthers();
            if (!or && !(comma && joints.IsCommaAnOr(start)))
            {
                cursor.Position = start;
                break;
            }

            if (stopAtSubject && cursor.NoiseHas(Lexeme.Subject, Lexeme.Everyone))
            {
                cursor.Position = start;
                break;
            }

            while (or && cursor.TryTake(Lexeme.Comma) is not null)
            {
                // "or, failing that, …".
            }

            alternatives.Add(ReadConjunction(stopAtSubject, isAlternative: true, joined: true, out _) ?? throw Vague());
        }

        return alternatives.Count == 1 ? alternatives[0] : Rules.Any([.. alternatives.Select(rule => rule ?? throw Vague())]);
    }

    private SentenceRefusedException Vague() => context.Vague is [.., var last] ? Refusals.Vague(last.Word) : Refusals.Unfinished();

    /// <param name="stopAtSubject">Whether "or customers …" ends it.</param>
    /// <param name="isAlternative">It stands behind an OR: exceptions after a comma are about the whole.</param>
    /// <param name="joined">"and" and commas go on with it; else only what stands side by side belongs to it.</param>
    /// <param name="hasAnd">Whether an "and" or a comma was in it.</param>
    /// <param name="stopAtComma">Only "and" goes on with it.</param>
    private Rule? ReadConjunction(bool stopAtSubject, bool isAlternative, bool joined, out bool hasAnd, bool stopAtComma = false)
    {
        var items = new List<Rule?>();
        var hasSubject = !isAlternative && frame.HasSubjectBefore(cursor.Position);
        hasAnd = false;
        while (true)
        {
            var start = cursor.Position;
            var isFirst = items.Count == 0;
            if (cursor.AtEnd || cursor.PeekIs(Lexeme.Close, Lexeme.Stop, Lexeme.Slash) || (!isFirst && (cursor.PeekIs(Lexeme.Or, Lexeme.Nor) || frame.IsPurposeAhead() || frame.IsEndAhead())))
            {
                break;
            }

            hasSubject |= cursor.NoiseHas(Lexeme.Subject, Lexeme.Everyone);
            if (!isFirst && joints.AreOthersAhead())
            {
                break;
            }

            if (!isFirst)
            {
                if ((stopAtComma && cursor.PeekIs(Lexeme.Comma)) || !joints.TryTakeJoint(joined, isAlternative, out var isAnd))
                {
                    cursor.Position = start;
                    break;
                }

                hasAnd |= isAnd;
            }

            if (cursor.PeekIs(Lexeme.Except, Lexeme.Unless) || joints.IsDenial() || (isFirst && !isAlternative && joints.IsAllBut()))
            {
                if (isAlternative && (cursor.PeekIs(Lexeme.Except, Lexeme.Unless) || hasAnd))
                {
                    cursor.Position = start;
                    break;
                }

                joints.TryTakeExclusion();
                items.Add(ReadExclusion());
                continue;
            }

            while (cursor.Peek() is { } courtesy && courtesy.Meanings.All(meaning => meaning.Lexeme == Lexeme.Courtesy))
            {
                // "Delhi wale customers dikhao jinhone …".
                cursor.Take();
            }

            if (cursor.AtEnd)
            {
                throw Complaints.At(cursor, null);
            }

            if (hasSubject && !isFirst && !hasAnd && cursor.NoiseHas(Lexeme.Relative, Lexeme.With, Lexeme.Colon) && items.TrueForAll(Vagueness.IsDescription))
            {
                return ReadRelativeClause(items, stopAtSubject);
            }

            items.Add(ReadItem());
            hasSubject |= cursor.NoiseHas(Lexeme.Subject, Lexeme.Everyone);
        }

        return Combine(items);
    }

    // "customers in Delhi who A or B": both are about them. With an "and" inside, AND binds tighter, as everywhere.
    private Rule? ReadRelativeClause(List<Rule?> items, bool stopAtSubject)
    {
        var start = cursor.Position;
        var clause = ReadAlternatives(stopAtSubject: true, out var hasAnd);
        if (clause is AnyOf && !hasAnd)
        {
            cursor.Warn($"“{cursor.TextBetween(start, cursor.Position).Trim()}” is read as one condition with alternatives; what stands before it holds for each of them.");
        }
        else if (clause is AnyOf any)
        {
            return Rules.Any([Combine([.. items, any.Rules[0]])!, .. any.Rules.Skip(1)]);
        }

        return Combine([.. items, clause]);
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
