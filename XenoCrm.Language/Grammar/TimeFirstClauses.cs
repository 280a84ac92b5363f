using XenoCrm.Core.Rules;
using XenoCrm.Language.Words;

namespace XenoCrm.Language.Grammar;

/// <summary>Conditions that begin with their time: "in the last 30 days ordered", "90 days without an order", "customers since
/// 2020".</summary>
internal sealed class TimeFirstClauses(TermCursor cursor, ClauseContext context, QuantityReader quantities, TimeReader times,
    EventClauses events, NumberClauses numbers, ItemClauses items)
{
    /// <summary>"in the last 30 days ordered", "pichle 3 mahine se order nahi kiya", "90 days without an order".</summary>
    /// <returns>Null, and nothing taken, where no phrase of time stands first.</returns>
    public Rule? TryRead(bool negated)
    {
        var start = cursor.Position;
        if (times.TryRead(bare: false) is not { } phrase && (phrase = cursor.Try(ReadBarePeriod)) is null)
        {
            return null;
        }

        start -= start > 0 && cursor.WordOf(cursor.Terms[start - 1]) == "only" ? 1 : 0;
        var text = cursor.TextBetween(start, cursor.Position);
        var before = cursor.Terms.Take(start).LastOrDefault(term => !term.IsNoise);
        var isNone = before is not null && cursor.WordOf(before) == "none";
        var isAboutAccounts = cursor.NoiseBefore(start).Any(term => term.Is(Lexeme.Subject) || term.ValueOf(Lexeme.Filler) == "account");
        if (IsFree() && cursor.Try(() => ReadThen(phrase, text, negated)) is { } then)
        {
            return then;
        }

        if (cursor.Try(ReadEvent) is { } rule)
        {
            return rule;
        }

        if (cursor.Ahead(() => quantities.TryRead() is not null && cursor.PeekIs(Lexeme.Order, Lexeme.Spend, Lexeme.AverageOrder)))
        {
            throw Refusals.TotalsWithinPeriod("What somebody spent or ordered", text);
        }

        negated ^= cursor.TryTake(Lexeme.NotAfter) is not null;
        if (!negated
            && context.IsSingleOrder
            && (phrase is InLast || before is null || before.IsAny(Lexeme.And, Lexeme.Comma, Lexeme.Open)))
        {
            // "ordered only once, and that was more than a year ago".
            return events.Date(Event.LastOrder, phrase, negated, text);
        }

        if (negated && context.Item is not null && before is not null && cursor.WordOf(before) is "nothing" or "none")
        {
            // "bought a mug but nothing since May".
            return events.Date(Event.Order, phrase, negated, text);
        }

        if ((context.Date ?? (negated && context.Number is not null ? FieldCatalog.LastOrderAt : null)) is { } known)
        {
            // "spent over 1000, but not in the last 60 days" means their orders, "first order a year ago, none since" the later ones.
            var meant = known == FieldCatalog.LastOrderAt || isNone ? Event.Order
                : known == FieldCatalog.FirstOrderAt ? Event.FirstOrder
                : Event.Join;
            return events.Date(meant, phrase, negated, text);
        }

        if (events.PassedOver is { } adjective)
        {
            return events.Date(adjective, phrase, negated, text);
        }

        // "customers since 2020", "customers for over two years", "accounts older than a year".
        return isAboutAccounts && phrase is Compared or Lasting { Kind: LastingKind.For } or Elapsed && IsAge(start)
            ? events.Date(Event.Join, phrase, negated, text)
            : throw Complaints.Instead(cursor, Refusals.WhatHappened(text));

        // Between the words before and the time stands a joint, or the frame; else the time may be of those words.
        bool IsFree() => context.Fronted is null
            && !cursor.NoiseBefore(start).Any(term => cursor.WordOf(term) is "each" or "every")
            && (!isAboutAccounts || cursor.Terms[start - 1].Is(Lexeme.Relative))
            && (before is null
                || IsLeadIn(before)
                || before.IsAny(Lexeme.And, Lexeme.Or, Lexeme.But, Lexeme.Stop, Lexeme.Lead, Lexeme.Courtesy, Lexeme.Open));

        // "in the last 3 months": the frame took the "in".
        bool IsLeadIn(Term term) => cursor.WordOf(term) == "in" && cursor.Terms.First(first => !first.IsNoise) == term;

        Rule? ReadEvent()
        {
            cursor.TryTake(Lexeme.Since, Lexeme.From);
            negated ^= cursor.TryTake(Lexeme.Not, Lexeme.NotAfter) is not null;
            if (events.TryTakeEvent() is { } happening
                && !(happening == Event.Order && !negated && isAboutAccounts
                    && phrase is Lasting { Kind: LastingKind.For } or Elapsed && IsAge(start)))
            {
                negated ^= cursor.TryTake(Lexeme.NotAfter) is not null;
                return happening == Event.Order && quantities.TryRead() is { IsAny: false }
                    ? throw Refusals.TotalsWithinPeriod("The number of orders", text)
                    : events.Date(happening, phrase, negated, text);
            }

            return cursor.PeekIs(Lexeme.Spend, Lexeme.AverageOrder)
                ? throw Refusals.TotalsWithinPeriod("What somebody spent", text)
                : null;
        }
    }

    // "in the last 3 months spent over 5k", "since January ordered twice", "in May bought a mug": figures, or a thing, of the orders
    // then.
    private Rule? ReadThen(TimePhrase phrase, string text, bool negated)
    {
        // "in the last 30 days at least 2 orders": the comparison is the figure's, and has been taken for the days'.
        if (ItemClauses.PlacedIn(phrase, text) is not { } placed
            || cursor.Previous!.IsAny(Lexeme.GteAfter, Lexeme.LteAfter, Lexeme.GtAfter, Lexeme.LtAfter, Lexeme.More, Lexeme.Less))
        {
            return null;
        }

        cursor.TryTake(Lexeme.Comma);
        negated ^= cursor.TryTake(Lexeme.Not) is not null;
        context.Fronted = new FrontedPeriod(placed, text);
        var rule = cursor.Try(() => ReadOrders(negated)) ?? cursor.Try(() => ReadFigure(negated));
        context.Fronted = context.Fronted.IsUsed ? context.Fronted : null;
        return rule is not null && context.Fronted is not null ? rule : null;
    }

    private Rule? ReadOrders(bool negated) => cursor.TryTake(Lexeme.Order) is not { } head ? null
        : numbers.TryReadCount(negated, head) ?? items.TryReadBought(negated, head);

    private Rule? ReadFigure(bool negated) =>
        cursor.PeekIs(Lexeme.Spend, Lexeme.AverageOrder)
        || cursor.Ahead(() => quantities.TryRead() is not null && cursor.PeekIs(Lexeme.Order, Lexeme.Spend, Lexeme.AverageOrder))
            ? numbers.TryRead(negated)
            : null;

    // Only "since", "for" and an account's age make a sign-up of a time; "customers over 30 days" does not.
    private bool IsAge(int start) =>
        cursor.Terms.Skip(start).First(term => !term.IsNoise) is var first
        && (first.IsAny(Lexeme.Since, Lexeme.ForSpan)
            || (first.IsAny(Lexeme.Before, Lexeme.Lt)
                && cursor.Terms.Take(start).Any(term => cursor.TextOf(term).StartsWith("account", StringComparison.OrdinalIgnoreCase))));

    private TimePhrase? ReadBarePeriod() =>
        (cursor.PeekIs(Lexeme.Last, Lexeme.This, Lexeme.Month, Lexeme.Date, Lexeme.Part, Lexeme.Today, Lexeme.Yesterday)
            || cursor.PeekIs(1, Lexeme.Month))
        && times.TryRead(bare: true) is { } phrase
        && (events.IsEventAhead() || cursor.PeekIs(Lexeme.Spend))
            ? phrase
            : null;
}
