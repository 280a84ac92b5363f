using XenoCrm.Core.Rules;
using XenoCrm.Language.Words;

namespace XenoCrm.Language.Grammar;

/// <summary>Conditions that begin with their time: "in the last 30 days ordered", "90 days without an order", "customers since
/// 2020".</summary>
internal sealed class TimeFirstClauses(TermCursor cursor, ClauseContext context, QuantityReader quantities, TimeReader times,
    EventClauses events)
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
        var isAboutAccounts = cursor.Terms.Take(cursor.Position)
            .Take(start)
            .Reverse()
            .TakeWhile(term => term.IsNoise)
            .Any(term => term.Is(Lexeme.Subject));
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
