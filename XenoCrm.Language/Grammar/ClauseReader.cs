using XenoCrm.Core.Rules;
using XenoCrm.Language.Words;

namespace XenoCrm.Language.Grammar;

/// <summary>Reads one condition: finds out by its first word what kind it is, and leaves it to that kind's reader.</summary>
internal sealed class ClauseReader
{
    private readonly TermCursor cursor;
    private readonly QuantityReader quantities;
    private readonly NumberClauses numbers;
    private readonly OrderClauses orders;
    private readonly EventClauses events;
    private readonly TimeFirstClauses timesFirst;
    private readonly PlaceClauses places;
    private readonly EmailClauses emails;
    private readonly AttributeClauses attributes;
    private readonly TextClauses texts;
    private readonly StateClauses states;

    public ClauseReader(TermCursor cursor, ClauseContext context, RuleTime time)
    {
        this.cursor = cursor;
        quantities = new QuantityReader(cursor);
        var times = new TimeReader(cursor, quantities, time);
        var values = new ValueReader(cursor);
        events = new EventClauses(cursor, context, times, time);
        timesFirst = new TimeFirstClauses(cursor, context, quantities, times, events);
        numbers = new NumberClauses(cursor, context, quantities, events);
        orders = new OrderClauses(cursor, quantities, numbers, events);
        places = new PlaceClauses(cursor, context);
        emails = new EmailClauses(cursor);
        attributes = new AttributeClauses(cursor, values, quantities);
        texts = new TextClauses(cursor, values);
        states = new StateClauses(cursor, context, values);
    }

    /// <exception cref="SentenceRefusedException">There is none that could be understood.</exception>
    public Rule Read(bool negated = false)
    {
        while (cursor.TryTake(Lexeme.Not, Lexeme.NotAfter) is not null)
        {
            negated = !negated;
        }

        PassOverIn();
        return timesFirst.TryRead(negated)
            ?? numbers.TryRead(negated)
            ?? events.TryRead(negated)
            ?? states.TryRead(negated)
            ?? orders.TryRead(negated)
            ?? places.TryRead(negated)
            ?? emails.TryRead(negated)
            ?? attributes.TryRead(negated)
            ?? texts.TryRead(negated)
            ?? throw Complaints.At(cursor, cursor.Peek());
    }

    // "spent over 10k in fewer than 3 orders": the orders are a condition of their own. "in one order" is about that order.
    private void PassOverIn()
    {
        var start = cursor.Position;
        var isCount = cursor.TryTake(Lexeme.InPlace) is not null && quantities.TryRead() is { IsBare: false } && cursor.PeekIs(Lexeme.Order);
        cursor.Position = isCount ? start + 1 : start;
    }

    /// <summary>Passes over an adjective that another condition has to explain: "new", "loyal", "inactive" without a time.</summary>
    public bool TryPassOver() => events.TryPassOver() || states.TryPassOver();

    /// <summary>Whether an adjective stands next, as "repeat" and "vip" are.</summary>
    public bool IsAdjectiveAhead() => states.IsAhead() || cursor.PeekIs(Lexeme.CityName, Lexeme.CountryName);
}
