using XenoCrm.Core.Rules;
using XenoCrm.Language.Meaning;
using XenoCrm.Language.Words;

namespace XenoCrm.Language.Grammar;

/// <summary>Conditions on when something happened or did not: orders, first orders, sign-ups, and being active or inactive.</summary>
internal sealed class EventClauses(TermCursor cursor, ClauseContext context, TimeReader times, RuleTime time)
{
    /// <summary>"inactive customers (90 days)": the adjective whose time may follow.</summary>
    public Event? PassedOver { get; private set; }

    /// <summary>Whether an event stands next, denied or not.</summary>
    public bool IsEventAhead()
    {
        var ahead = cursor.PeekIs(Lexeme.Not, Lexeme.NotAfter) ? 1 : 0;
        return cursor.PeekIs(ahead, Lexeme.Order, Lexeme.Join, Lexeme.Active, Lexeme.Inactive, Lexeme.New)
            || (cursor.PeekIs(ahead, Lexeme.Last, Lexeme.First) && cursor.PeekIs(ahead + 1, Lexeme.Order, Lexeme.Active));
    }

    /// <returns>Null where no dated event stands; orders that have no "last" or "first" are read elsewhere.</returns>
    public Rule? TryRead(bool negated)
    {
        var start = cursor.Position;
        if (!negated && cursor.Try(ReadShared) is { } shared)
        {
            return shared;
        }

        if (TryTakeEvent() is not { } happening || happening == Event.Order)
        {
            return null;
        }

        negated ^= cursor.TryTake(Lexeme.Not, Lexeme.NotAfter) is not null;
        return TryReadTime(happening, negated, start)
            ?? throw Complaints.Instead(cursor, Refusals.NoDate(cursor.TextBetween(start, cursor.Position)));
    }

    // "first and last order both in 2022", "joined or ordered in the last 30 days": two events, one time. What is denied,
    // as in "never ordered or joined …", stands alone.
    private Rule? ReadShared()
    {
        var start = cursor.Position;
        var first = cursor.PeekIs(Lexeme.Last, Lexeme.First)
            && cursor.PeekIs(1, Lexeme.And, Lexeme.Or)
            && cursor.PeekIs(2, Lexeme.Last, Lexeme.First)
            ? cursor.Take().Is(Lexeme.Last) ? Event.LastOrder : Event.FirstOrder
            : TryTakeEvent();
        if (first is not null
            && cursor.TryTake(Lexeme.And, Lexeme.Or) is { } joint
            && TryTakeEvent() is { } second
            && AreTwo(first.Value, second))
        {
            while (cursor.PeekIs(Lexeme.Be, Lexeme.Both))
            {
                // "were both in 2022".
                cursor.Take();
            }

            if (times.TryRead(bare: true) is { } phrase)
            {
                var text = cursor.TextBetween(start, cursor.Position);
                Rule[] rules = [Date(first.Value, phrase, negated: false, text), Date(second, phrase, negated: false, text)];
                return joint.Is(Lexeme.And) ? Rules.All(rules) : Rules.Any(rules);
            }
        }

        return null;

        // "ordered and last ordered in May" says the second alone.
        static bool AreTwo(Event first, Event second) =>
            first != second
                && first is Event.Order or Event.LastOrder or Event.FirstOrder or Event.Join
                && second is Event.Order or Event.LastOrder or Event.FirstOrder or Event.Join
            && (first is Event.Join || second is Event.Join || (first is not Event.Order && second is not Event.Order));
    }

    /// <summary>"ordered" with its time, or null where none follows.</summary>
    /// <param name="negated">It did not happen.</param>
    /// <param name="start">Where the clause begins.</param>
    public Rule? TryReadOrderTime(bool negated, int start) => TryReadTime(Event.Order, negated, start);

    /// <summary>The time behind "ordered for the first time", or null where none follows.</summary>
    public Rule? TryReadFirstOrderTime(int start) => TryReadTime(Event.FirstOrder, negated: false, start);

    /// <summary>
    /// "new customers who joined in the last 30 days": the adjective takes its meaning from the condition elsewhere. And
    /// "signed up but never bought": everybody did sign up, so only the other condition says something.
    /// </summary>
    public bool TryPassOver() => cursor.Try(PassOverJoin) || cursor.Try(PassOverAdjective);

    private bool PassOverJoin() => cursor.TryTake(Lexeme.Join) is not null
        && (cursor.PeekIs(Lexeme.But)
            || (cursor.NoiseHas(Lexeme.Subject) && cursor.PeekIs(Lexeme.Not))
                || (cursor.PeekIs(Lexeme.And, Lexeme.Comma) && cursor.PeekIs(1, Lexeme.Not, Lexeme.NeverOrdered)));

    private bool PassOverAdjective()
    {
        var start = cursor.Position;
        if (TryTakeEvent() is { } happening and (Event.New or Event.Active or Event.Inactive) && times.TryRead(bare: true) is null)
        {
            context.Vague.Add((cursor.TextBetween(start, cursor.Position), happening == Event.New ? "new" : "recency"));
            PassedOver = happening;
            return true;
        }

        return false;
    }

    private Rule? TryReadTime(Event happening, bool negated, int start)
    {
        if ((times.TryReadComparison(year: happening == Event.Join) ?? times.TryRead(bare: true)) is not { } phrase)
        {
            return null;
        }

        start -= start > 0 && cursor.WordOf(cursor.Terms[start - 1]) == "only" ? 1 : 0;
        var text = cursor.TextBetween(start, cursor.Position);
        negated ^= cursor.TryTake(Lexeme.NotAfter) is not null;
        var rules = new List<Rule> { Date(happening, phrase, negated, text) };
        while (phrase is Within && !negated && times.TryReadAlternative() is { } other)
        {
            // "in 2020 or 2021".
            rules.Add(Date(happening, other, negated, text));
        }

        return Rules.Any(rules);
    }

    /// <summary>
    /// A period behind a total: "spent over 5000 in the last 30 days" is about the orders placed then; "at least one order in the last
    /// 30 days" is about the last order. Null where none stands, or where it belongs to the next condition.
    /// </summary>
    public Rule? TryReadPeriodOfTotal(Field field, Quantity quantity, bool negated, string text)
    {
        if (cursor.PeekIs(Lexeme.Since) && cursor.PeekIs(1, Lexeme.Join))
        {
            // Since they joined is since ever.
            cursor.Take();
            cursor.Take();
            return null;
        }

        var start = cursor.Position;
        if (context.Fronted is { } fronted)
        {
            if (fronted.IsUsed || field == FieldCatalog.DaysSinceLastOrder || cursor.Try(ReadPeriod) is not null)
            {
                throw Refusals.FrontedPeriod(fronted.Text);
            }

            context.Fronted = fronted with { IsUsed = true };
            context.IsSingleOrder = false;
            var then = Total(field, quantity, fronted.Placed);
            return negated ? new Not(then) : then;
        }

        if (field == FieldCatalog.DaysSinceLastOrder || cursor.Try(ReadPeriod) is not { } phrase)
        {
            return null;
        }

        // "ordered once in June": one of perhaps many.
        context.IsSingleOrder = false;
        return field == FieldCatalog.OrderCount && quantity.IsAny ? Date(Event.Order, phrase, negated, text)
            : TotalOf(field, quantity, phrase, cursor.TextBetween(start, cursor.Position)) is { } orders
                ? negated ? new Not(orders) : orders
            : throw Refusals.TotalsWithinPeriod(
                field == FieldCatalog.OrderCount ? "The number of orders" : "What somebody spent",
                cursor.TextBetween(start, cursor.Position));

        TimePhrase? ReadPeriod() =>
            times.TryRead(bare: cursor.PeekIs(Lexeme.Last, Lexeme.This, Lexeme.Today, Lexeme.Yesterday)) is { } phrase && !IsEventAhead()
                ? phrase
                : null;
    }

    private static OrdersTest? TotalOf(Field field, Quantity quantity, TimePhrase phrase, string period) =>
        ItemClauses.PlacedIn(phrase, period) is { } placed ? Total(field, quantity, placed) : null;

    private static OrdersTest Total(Field field, Quantity quantity, Rule placed) => new(TestsOf(placed), TestsOf(quantity.Of(
        field == FieldCatalog.TotalSpend ? OrderFields.Sum
        : field == FieldCatalog.OrderCount ? OrderFields.Count
        : OrderFields.Average)));

    private static EquatableList<FieldTest> TestsOf(Rule rule) => [.. rule.Tests()];

    /// <summary>Takes an event, its "last" or "first" with it.</summary>
    /// <returns>Null, and nothing taken, where none stands.</returns>
    public Event? TryTakeEvent() => cursor.Try(TakeEvent);

    private Event? TakeEvent()
    {
        var start = cursor.Position;
        var rank = cursor.TryTake(Lexeme.Last, Lexeme.First);
        var isNew = rank is null && cursor.PeekIs(Lexeme.New);
        if (cursor.PeekIs(Lexeme.Order) || (rank is not null && cursor.PeekIs(Lexeme.Active)))
        {
            if (cursor.Take().Is(Lexeme.Active)
                && cursor.PeekIs(Lexeme.Order)
                && cursor.TextOf(cursor.Peek()!).EndsWith("ing", StringComparison.OrdinalIgnoreCase))
            {
                // "last seen buying in May".
                cursor.Take();
            }

            if (rank is not null
                && cursor.Peek() is { } came
                && came.Is(Lexeme.Order)
                && cursor.WordOf(came) is "came" or "come" or "comes")
            {
                // "the last order came in during May".
                cursor.Take();
            }

            return rank is null ? Event.Order : rank.Is(Lexeme.Last) ? Event.LastOrder : Event.FirstOrder;
        }

        if (cursor.PeekIs(Lexeme.Join) && (rank is null || rank.Is(Lexeme.First)))
        {
            cursor.Take();
            return Event.Join;
        }

        // "more than 8 orders, the last one within 30 days"; "the last one month" is a span.
        if (rank is not null && (context.Number is not null || cursor.Terms.Take(start).Any(term => term.Is(Lexeme.Order)))
            && cursor.PeekIs(Lexeme.Number) && cursor.WordOf(cursor.Peek()!) == "one"
            && !cursor.PeekIs(1, Lexeme.Unit, Lexeme.Times, Lexeme.Or, Lexeme.To))
        {
            cursor.Take();
            return rank.Is(Lexeme.Last) ? Event.LastOrder : Event.FirstOrder;
        }

        Event? found = rank is not null ? null
            : isNew ? Event.New
            : cursor.PeekIs(Lexeme.Active) ? Event.Active
            : cursor.PeekIs(Lexeme.Inactive) ? Event.Inactive
            : null;
        if (found is not null)
        {
            cursor.Take();
            if (found == Event.New && cursor.PeekIs(Lexeme.Join))
            {
                cursor.Take();
            }
        }

        return found;
    }

    private static bool Says(string text, string word) => text.Split(' ').Contains(word, StringComparer.OrdinalIgnoreCase);

    /// <summary>The condition that it happened then, or did not.</summary>
    /// <param name="happening">What did.</param>
    /// <param name="phrase">When.</param>
    /// <param name="negated">It did not.</param>
    /// <param name="text">The words of it, to be named where they say nothing.</param>
    public Rule Date(Event happening, TimePhrase phrase, bool negated, string text)
    {
        var field = happening switch
        {
            Event.FirstOrder => FieldCatalog.FirstOrderAt,
            Event.Join or Event.New => FieldCatalog.CreatedAt,
            _ => FieldCatalog.LastOrderAt,
        };
        context.Date = field;
        if (happening == Event.Inactive)
        {
            var inactive = DateConditions.NotSince(field, phrase, time, isState: true) ?? throw Refusals.NotInPeriod(text);
            return negated ? Rules.Negate(inactive) : inactive;
        }

        if (negated && happening is Event.Order or Event.Active)
        {
            return DateConditions.NotSince(field, phrase, time) ?? throw Refusals.NotInPeriod(text);
        }

        if (DateConditions.Happened(field, phrase) is not { } rule)
        {
            throw Refusals.NoDate(text);
        }

        if (happening == Event.Order && !negated && phrase is Elapsed && Says(text, "since"))
        {
            // "ordered since more than 3 months".
            throw Refusals.NoDate(text);
        }

        if (happening == Event.Order
            && !negated
            && Says(text, "only")
            && phrase is not Compared { Relation: DateRelation.Before or DateRelation.Until })
        {
            throw Refusals.TwoWays(text, "the last order was then", "all orders were");
        }

        context.Ordered = happening is Event.Order or Event.LastOrder && !negated ? rule : context.Ordered;

        if (happening == Event.Order
            && phrase is Within { IsOpen: false } or Compared { Relation: DateRelation.Before or DateRelation.Until })
        {
            cursor.Warn($"“{text}” is read as: the last order was then.");
        }

        return !negated ? rule : happening == Event.LastOrder ? Rules.Reverse(rule) : Rules.Negate(rule);
    }
}
