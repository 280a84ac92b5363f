using XenoCrm.Api.Language.Words;
using XenoCrm.Data.Rules;

namespace XenoCrm.Api.Language.Grammar;

/// <summary>Reads one condition: finds out by its first word what kind it is, and leaves it to that kind's reader.</summary>
internal sealed class ClauseReader
{
    private readonly TermCursor cursor;
    private readonly NumberClauses numbers;
    private readonly OrderClauses orders;
    private readonly EventClauses events;
    private readonly PlaceClauses places;
    private readonly TextClauses texts;
    private readonly StateClauses states;

    public ClauseReader(TermCursor cursor, ClauseContext context, DateTimeOffset now)
    {
        this.cursor = cursor;
        var quantities = new QuantityReader(cursor);
        var times = new TimeReader(cursor, quantities, now);
        var values = new ValueReader(cursor);
        events = new EventClauses(cursor, context, quantities, times, now);
        numbers = new NumberClauses(cursor, context, quantities, events);
        orders = new OrderClauses(cursor, quantities, numbers, events);
        places = new PlaceClauses(cursor, context);
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

        return events.TryReadTimeFirst(negated)
            ?? numbers.TryRead(negated)
            ?? events.TryRead(negated)
            ?? states.TryRead(negated)
            ?? orders.TryRead(negated)
            ?? places.TryRead(negated)
            ?? texts.TryRead(negated)
            ?? throw Complaints.At(cursor, cursor.Peek());
    }

    /// <summary>Passes over an adjective that another condition has to explain: "new", "loyal", "inactive" without a time.</summary>
    public bool TryPassOver() => events.TryPassOver() || states.TryPassOver();

    /// <summary>Whether an adjective stands next, as "repeat" and "vip" are.</summary>
    public bool IsAdjectiveAhead() => states.IsAhead() || cursor.PeekIs(Lexeme.CityName, Lexeme.CountryName);
}
