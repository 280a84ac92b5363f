using XenoCrm.Core.Rules;
using XenoCrm.Language.Words;

namespace XenoCrm.Language.Grammar;

/// <summary>Reads one condition: the readers of its kinds are tried one after another.</summary>
internal sealed class ClauseReader
{
    private readonly TermCursor cursor;
    private readonly QuantityReader quantities;
    private readonly EventClauses events;
    private readonly StateClauses states;
    private readonly Func<bool, Rule?>[] readers;

    public ClauseReader(TermCursor cursor, ClauseContext context, RuleTime time)
    {
        this.cursor = cursor;
        quantities = new QuantityReader(cursor);
        var times = new TimeReader(cursor, quantities, time);
        var values = new ValueReader(cursor);
        events = new EventClauses(cursor, context, times, time);
        states = new StateClauses(cursor, context, values);
        var items = new ItemClauses(cursor, context, quantities, times);
        var numbers = new NumberClauses(cursor, context, quantities, events, items);

        // The first that reads anything has the say, so whoever needs more words to be sure comes before whoever needs fewer.
        readers =
        [
            // "in the last 30 days ordered", "90 days without an order": its number counts days, and no orders.
            new TimeFirstClauses(cursor, context, quantities, times, events, numbers, items).TryRead,

            // "last order was a mug", "last order over 5k": a thing or an amount of that one order. With a date alone it is an event.
            new LastOrderClauses(cursor, quantities, times, items).TryRead,

            // "top 10% by spend": its number counts customers.
            new RankingClauses(cursor, context).TryRead,

            // "5+ orders", "3 first orders": with a number it is counted, whatever stands behind.
            numbers.TryRead,

            // "last order in May", "joined in 2021": with "last" and "first" an order has a date. Plain orders it leaves alone.
            events.TryRead,

            // "repeat orders", "unsubscribed", "vip": the adjective says it, before its noun is read for an order.
            states.TryRead,

            // "ordered in May", "ordered 5 times", "ordered": what is left of orders, down to the bare word.
            new OrderClauses(cursor, context, quantities, numbers, events, items).TryRead,

            // "in Pune", "on gmail", "city is Pune": a known name behind a preposition, then a known domain, and only then any word
            // behind the name of a field, which would take the others' words for its value.
            new PlaceClauses(cursor, context).TryRead,
            new EmailClauses(cursor).TryRead,
            new AttributeClauses(cursor, values, quantities).TryRead,
            new TextClauses(cursor, context, values).TryRead,
        ];
    }

    /// <exception cref="SentenceRefusedException">There is none that could be understood.</exception>
    public Rule Read(bool negated = false)
    {
        while (cursor.TryTake(Lexeme.Not, Lexeme.NotAfter) is not null)
        {
            negated = !negated;
        }

        PassOverIn();
        foreach (var reader in readers)
        {
            if (cursor.Try(() => reader(negated)) is { } rule)
            {
                return rule;
            }
        }

        throw Complaints.At(cursor, cursor.Peek());
    }

    // "spent over 10k in fewer than 3 orders", "at 1 lakh or more in total spend": a condition of its own. "in one order" is about
    // that order.
    private void PassOverIn()
    {
        if (cursor.PeekIs(Lexeme.InPlace)
            && cursor.Ahead(() => cursor.Take() is not null
                && quantities.TryRead() is { IsBare: false }
                && (cursor.PeekIs(Lexeme.Order) || (cursor.PeekIs(Lexeme.InPlace) && cursor.PeekIs(1, Lexeme.Spend)))))
        {
            cursor.Take();
        }
    }

    /// <summary>Passes over an adjective that another condition has to explain: "new", "loyal", "inactive" without a time.</summary>
    public bool TryPassOver() => events.TryPassOver() || states.TryPassOver();

    /// <summary>Whether an adjective stands next, as "repeat" and "vip" are.</summary>
    public bool IsAdjectiveAhead() => states.IsAhead() || cursor.PeekIs(Lexeme.CityName, Lexeme.CountryName);
}
