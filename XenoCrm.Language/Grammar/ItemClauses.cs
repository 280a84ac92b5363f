using XenoCrm.Core.Rules;
using XenoCrm.Language.Meaning;
using XenoCrm.Language.Words;

namespace XenoCrm.Language.Grammar;

/// <summary>
/// Conditions on what was bought: "bought a mug in May", "bought sneakers but no socks", "never bought a mug", "spent over 200 on
/// sneakers".
/// </summary>
internal sealed class ItemClauses(TermCursor cursor, ClauseContext context, QuantityReader quantities, TimeReader times)
{
    private static readonly string[] Verbs = ["bought", "ordered", "purchased", "buys", "buying", "purchasing", "ordering"];
    private static readonly string[] BaseForms = ["buy", "order", "purchase"];
    private static readonly string[] Limiting = ["only", "just", "solely", "exclusively", "mostly", "sirf", "bas", "keval"];

    private const string Phone = "phone";

    private readonly ItemReader items = new(cursor);

    /// <summary>What stands behind "bought", with how often and when.</summary>
    /// <param name="negated">It was not bought.</param>
    /// <param name="head">The verb, which has been taken.</param>
    /// <returns>Null, and nothing taken, where no thing stands.</returns>
    public Rule? TryReadBought(bool negated, Term head) => IsVerb(negated, head) ? cursor.Try(() => ReadBought(negated, head)) : null;

    /// <summary>The thing behind "spent over 200 on", or null where none stands.</summary>
    public Item? TryReadSpentOn()
    {
        var item = cursor.Try(() =>
            cursor.Adjacent() is { } on && cursor.WordOf(on) == "on" && cursor.TryTake(Lexeme.OnDate) is not null ? items.TryRead() : null);
        if (item is null)
        {
            return null;
        }

        if (item.Tests.Count > 1)
        {
            throw Refusals.ItemByTwoNames(item.Text);
        }

        cursor.Warn($"Orders count whole: the sum has what else was in an order with “{item.Text}”.");
        return item;
    }

    /// <summary>The same of the orders with a thing.</summary>
    public static Rule With(Item item, Rule rule) => rule switch
    {
        Not not => new Not(With(item, not.Rule)),
        OrdersTest orders => orders with { Where = [.. orders.Where, item.Tests[0]] },
        _ => new OrdersTest([item.Tests[0]], [.. rule.Tests().Select(test => test with { Field = OrderFields.Sum })]),
    };

    private bool IsVerb(bool negated, Term head)
    {
        var word = cursor.TextOf(head).ToLowerInvariant();
        var isBase = BaseForms.Contains(word)
            && (negated || cursor.NoiseBefore(head).Any(term => term.IsAny(Lexeme.Relative, Lexeme.Pronoun)));
        return isBase || Verbs.Contains(word) || cursor.WordOf(head) is "bought";
    }

    private Rule? ReadBought(bool negated, Term head)
    {
        var isNone = cursor.Adjacent() is { } no && cursor.WordOf(no) == "no" && cursor.TryTake(Lexeme.Not) is not null;
        if (ReadList(isNone) is not var (bought, isAnd, text))
        {
            return null;
        }

        RefuseLimited(head);
        if (isNone && negated)
        {
            throw Refusals.Misplaced(cursor.TextOf(head));
        }

        var count = cursor.Try(ReadTimes);
        var placed = TryReadPeriod(negated || isNone);
        count ??= cursor.Try(ReadTimes);
        negated |= isNone;
        Forget(text);
        Rule rule;
        if (count is null)
        {
            rule = negated ? NoneOf(bought, isAnd, placed, text) : SomeOf(bought, isAnd, placed, text);
        }
        else
        {
            if (bought is not [{ Tests: [var test] }])
            {
                throw bought.Count > 1 ? Refusals.TwoWays(text, "each so often", "together so often") : Refusals.ItemByTwoNames(text);
            }

            var isShort = negated && count.IsBare;
            count = isShort ? count with { Bounds = [(RuleOperator.Lt, count.Bounds[0].Number)] } : count;
            rule = Orders(test, placed, count.IsAny ? [] : [.. count.Of(OrderFields.Count).Tests()]);
            rule = negated && !isShort ? new Not(rule) : rule;
        }

        if (!negated && cursor.Try(() => ReadButNo(placed)) is { } none)
        {
            rule = Rules.All(rule, none);
        }

        if (negated && placed is not null && count is null)
        {
            cursor.Warn($"Whoever never bought “{text}” is among them.");
        }

        context.NothingSince = negated || isAnd ? null : Rules.OfLast(SomeOf(bought, isAnd, placed, text));
        RefuseMoreOf(text);
        return rule;
    }

    // "bought sneakers but no socks": the verb is said once, and so is the time.
    private Rule? ReadButNo(Rule? placed)
    {
        cursor.TryTake(Lexeme.Comma);
        if (cursor.TryTake(Lexeme.But, Lexeme.And) is null
            || cursor.Adjacent() is not { } not
            || cursor.WordOf(not) is not ("no" or "not" or "never" or "without")
            || cursor.TryTake(Lexeme.Not) is null
            || ReadList(isDetermined: cursor.WordOf(not) is "no" or "without") is not var (bought, isAnd, text))
        {
            return null;
        }

        if (text.Equals(Phone, StringComparison.OrdinalIgnoreCase))
        {
            throw NotBought(text);
        }

        var own = TryReadPeriod(negated: true);
        if (own is null && placed is not null)
        {
            cursor.Warn($"No “{text}” is looked for at the same time only; bought at another time it does not count.");
        }

        return NoneOf(bought, isAnd, own ?? placed, text);
    }

    /// <summary>"a mug", "a mug or a cap", "mugs, caps and bags". Null where no thing stands.</summary>
    public (List<Item> Items, bool IsAnd, string Text)? ReadList(bool isDetermined)
    {
        var start = cursor.Position;
        if (items.TryRead(isDetermined) is not { } first)
        {
            return null;
        }

        var found = new List<Item> { first };
        var joints = new HashSet<Lexeme>();
        while (cursor.Try(ReadNext) is { } next)
        {
            found.Add(next);
        }

        if (joints.Remove(Lexeme.Comma) && joints.Count == 0)
        {
            // A comma alone may be either.
            joints.UnionWith([Lexeme.And, Lexeme.Or]);
        }

        var text = found is [var only] ? only.Text : cursor.TextBetween(start, cursor.Position);
        return joints.Count > 1
            ? throw Refusals.TwoWays(text, "all of them", "one of them")
            : (found, joints.Contains(Lexeme.And), text);

        Item? ReadNext()
        {
            var comma = cursor.TryTake(Lexeme.Comma) is not null;
            var joint = cursor.TryTake(Lexeme.And, Lexeme.Or, Lexeme.Nor);
            if (!comma && joint is null)
            {
                return null;
            }

            if (items.TryRead(isDetermined) is not { } item)
            {
                // A misspelt "phone": of something bought, or of a number that is known.
                return cursor.NoiseHas(Lexeme.Article) && cursor.Peek() is { } word && word.Is(Lexeme.Phone)
                    && word.EndToken == word.FirstToken + 1 ? throw NotBought(cursor.TextOf(word)) : null;
            }

            joints.Add(joint is null ? Lexeme.Comma : joint.Is(Lexeme.And) ? Lexeme.And : Lexeme.Or);
            return item;
        }
    }

    private static SentenceRefusedException NotBought(string phone) => Refusals.TwoWays(phone, "one that was bought", "a phone number");

    private Quantity? ReadTimes() => quantities.TryRead() is { IsTimes: true } times ? times : null;

    /// <summary>When the orders were placed; null where no time is said.</summary>
    public Rule? TryReadPeriod(bool negated)
    {
        if (!negated && cursor.PeekIs(Lexeme.ForSpan))
        {
            // "bought mugs for the last 3 months": again and again.
            return null;
        }

        var start = cursor.Position;
        var bare = cursor.PeekIs(Lexeme.Last, Lexeme.This, Lexeme.Today, Lexeme.Yesterday);
        var phrase = times.TryRead(bare);
        if (context.Fronted is { } fronted)
        {
            if (phrase is not null || fronted.IsUsed)
            {
                throw Refusals.FrontedPeriod(fronted.Text);
            }

            context.Fronted = fronted with { IsUsed = true };
            return fronted.Placed;
        }

        if (phrase is null)
        {
            return null;
        }

        var text = cursor.TextBetween(start, cursor.Position);
        // "have not bought a mug in 90 days" is up to now; "bought a mug in 90 days" may be any ninety.
        phrase = negated && phrase is Lasting { Kind: LastingKind.Within } within ? new InLast(within.Span) : phrase;
        return PlacedIn(phrase, text) ?? throw Refusals.TotalsWithinPeriod("What somebody bought", text);
    }

    /// <summary>The orders of a time. "In 30 days" and "for 30 days" may be any thirty; "in each of the last 3 months" are three
    /// conditions.</summary>
    /// <returns>Null where it does not say when.</returns>
    public static Rule? PlacedIn(TimePhrase phrase, string text) =>
        phrase is not Lasting && !text.Split(' ').Any(word => word.ToLowerInvariant() is "each" or "every")
            ? DateConditions.Happened(OrderFields.PlacedAt, phrase)
            : null;

    private Rule SomeOf(List<Item> bought, bool isAnd, Rule? placed, string text)
    {
        if (isAnd && context.IsExclusion)
        {
            throw Refusals.TwoWays(text, "whoever bought all of it", "whoever bought one of it");
        }

        Rule[] rules = [.. bought.Select(item => Rules.Any([.. item.Tests.Select(test => Orders(test, placed, []))]))];
        return isAnd ? Rules.All(rules) : Rules.Any(rules);
    }

    private static Rule NoneOf(List<Item> bought, bool isAnd, Rule? placed, string text)
    {
        if (isAnd)
        {
            throw Refusals.TwoWays(text, "none of it", "not all of it");
        }

        var none = Rules.Test(OrderFields.Count, RuleOperator.Eq, 0);
        return Rules.All([.. bought.SelectMany(item => item.Tests).Select(test => Orders(test, placed, [none]))]);
    }

    private static OrdersTest Orders(FieldTest item, Rule? placed, EquatableList<FieldTest> having) =>
        new([.. placed?.Tests() ?? [], item], having);

    /// <summary>What later clauses take from earlier ones, they do not take from before the thing.</summary>
    public void Forget(string? text)
    {
        context.Number = null;
        context.Ordered = null;
        context.Date = null;
        context.IsSingleOrder = false;
        context.Item = text;
        context.NothingSince = null;
    }

    // "only bought mugs" says something of all other orders.
    private void RefuseLimited(Term head)
    {
        if (cursor.NoiseBefore(head).Select(cursor.WordOf).FirstOrDefault(Limiting.Contains) is { } word)
        {
            throw Refusals.TwoWays($"{word} {cursor.TextOf(head)}", "that was bought", "nothing else was bought");
        }
    }

    /// <summary>
    /// A thing is followed by a joint, by another clause about the customers, or by nothing: "a mug over 500", "a mug in Pune" and
    /// "a mug again" say more of it than can be read.
    /// </summary>
    public void RefuseMoreOf(string text)
    {
        var isRelative = cursor.Noise().FirstOrDefault() is { } noise
            && noise.Is(Lexeme.Relative)
            && cursor.WordOf(noise) is "who" or "whose";
        var isEnd = cursor.AtEnd || cursor.PeekIs(Lexeme.And, Lexeme.Or, Lexeme.But, Lexeme.Comma, Lexeme.Stop, Lexeme.Close, Lexeme.Slash,
            Lexeme.Except, Lexeme.Unless, Lexeme.AsLongAs, Lexeme.Nor);
        if (isRelative)
        {
            return;
        }

        if (cursor.Noise().FirstOrDefault(term => cursor.TextOf(term).ToLowerInvariant() is not ("please" or "pls" or "plz" or "from us"))
            is { } more)
        {
            throw Complaints.Instead(cursor, Refusals.MoreOfItem(text, cursor.TextOf(more)));
        }

        if (!isEnd && !cursor.PeekIs(Lexeme.Lead, Lexeme.Courtesy, Lexeme.Purpose))
        {
            throw Complaints.Instead(cursor, Refusals.MoreOfItem(text, cursor.TextOf(cursor.Peek()!)));
        }
    }
}
