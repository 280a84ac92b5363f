using System.Text.Json.Serialization;

namespace XenoCrm.Core.Rules;

/// <summary>
/// A segment's rule as a typed tree: what the parser made of the JSON, checked against <see cref="FieldCatalog"/>.
/// Every consumer (printer, stores, evaluator, explanation) is a switch over these six shapes.
/// </summary>
[JsonConverter(typeof(RuleJson.Converter))]
public abstract record Rule
{
    /// <summary>Every test of a customer's own fields, in their order; none of <see cref="Everyone"/>.</summary>
    public IEnumerable<FieldTest> Tests() => this switch
    {
        AllOf all => all.Rules.SelectMany(rule => rule.Tests()),
        AnyOf any => any.Rules.SelectMany(rule => rule.Tests()),
        Not not => not.Rule.Tests(),
        FieldTest test => [test],
        _ => [],
    };

    /// <summary>Every test of a customer's orders.</summary>
    public IEnumerable<OrdersTest> OrdersTests() => this switch
    {
        AllOf all => all.Rules.SelectMany(rule => rule.OrdersTests()),
        AnyOf any => any.Rules.SelectMany(rule => rule.OrdersTests()),
        Not not => not.Rule.OrdersTests(),
        OrdersTest test => [test],
        _ => [],
    };
}

/// <summary>Every customer, said on purpose: <c>{"$everyone": true}</c>. It stands alone, never inside another rule.</summary>
public sealed record Everyone : Rule;

/// <summary>All of the rules hold: <c>{"$and": […]}</c>, or several members of one object. Never empty.</summary>
public sealed record AllOf(EquatableList<Rule> Rules) : Rule;

/// <summary>At least one of the rules holds: <c>{"$or": […]}</c>. Never empty.</summary>
public sealed record AnyOf(EquatableList<Rule> Rules) : Rule;

/// <summary>The rule does not hold: <c>{"$not": …}</c>. Plain negation.</summary>
public sealed record Not(Rule Rule) : Rule;

/// <summary>
/// One test on one field. <see cref="Values"/> holds one value, or the list of <c>$in</c> and <c>$nin</c>
/// (at least one, at most 1,000); for <c>$exists</c> it is one <see cref="FlagValue"/>.
/// </summary>
public sealed record FieldTest(Field Field, RuleOperator Operator, EquatableList<RuleValue> Values) : Rule
{
    public FieldTest(Field field, RuleOperator @operator, RuleValue value) : this(field, @operator, [value])
    {
    }

    /// <summary>The only value of an operator that takes one.</summary>
    public RuleValue Value => Values[0];

    /// <summary>An attribute's text is compared as the date that it is.</summary>
    public bool IsDateOfAttribute => Field.AttributeKey is not null && Value is DayValue or DateValue or AgoValue;
}

/// <summary>
/// What holds of a customer's orders: <c>{"orders": {"placedAt": {"$gte": {"$ago": "90d"}}, "$sum": {"$gt": 5000}}}</c>. The orders and
/// refunds that pass all of <see cref="Where"/> are chosen; of them together all of <see cref="Having"/> holds, or, without any, that
/// there is one that is no refund. The tests are on <see cref="OrderFields"/>, together at least one, and no operator twice on a field.
/// </summary>
public sealed record OrdersTest(EquatableList<FieldTest> Where, EquatableList<FieldTest> Having) : Rule
{
    private static readonly FieldTest AtLeastOne = new(OrderFields.Count, RuleOperator.Gte, new NumberValue(1));

    /// <summary>
    /// <c>"$last": true</c>: <see cref="Where"/>, which has a test then, holds of the customer's last order, or, where several share the
    /// last moment, of one of them. Refunds are no orders; <see cref="Having"/> is empty.
    /// </summary>
    public bool IsLast { get; init; }

    /// <summary>Of the last order: what a customer's own <c>lastOrderAt</c> says of it, that there is one and when.</summary>
    public Rule WhenLast => new AllOf(
    [
        new FieldTest(FieldCatalog.LastOrderAt, RuleOperator.Exists, new FlagValue(true)),
        .. Where.Where(test => test.Field == OrderFields.PlacedAt).Select(test => test with { Field = FieldCatalog.LastOrderAt }),
    ]);

    /// <summary>Of the last order: <see cref="WhenLast"/> says all that is asked.</summary>
    public bool IsOnlyWhenLast => IsLast && Where.All(test => test.Field == OrderFields.PlacedAt);

    /// <summary><see cref="Having"/>, or what it means to have none.</summary>
    public EquatableList<FieldTest> Limits => Having.Count > 0 ? Having : [AtLeastOne];
}

/// <summary>The operators of the rule language; the JSON names are these with a small first letter after <c>$</c>.</summary>
public enum RuleOperator
{
    Eq,
    Ne,
    Gt,
    Gte,
    Lt,
    Lte,
    In,
    Nin,
    Exists,
    Contains,
    StartsWith,
    EndsWith,

    /// <summary>Among the highest of all customers; see <see cref="RankValue"/>.</summary>
    Top,

    /// <summary>Of a day that is an attribute; see <see cref="WithinValue"/>.</summary>
    Anniversary,
}

/// <summary>A value that a test compares with.</summary>
public abstract record RuleValue;

/// <summary>Text, at most 256 characters, taken literally.</summary>
public sealed record TextValue(string Text) : RuleValue;

/// <summary>A finite number. What compares takes <see cref="Written"/>, which is exact.</summary>
public sealed record NumberValue(double Number) : RuleValue
{
    /// <summary>The number where no double is it, such as 9007199254740993; null where <see cref="Number"/> is.</summary>
    public decimal? Exact { get; init; }

    public static NumberValue Of(decimal number) =>
        new NumberValue((double)number) is var nearest && ExactNumber.Of(number) == nearest.Written
            ? nearest
            : nearest with { Exact = number };

    public ExactNumber Written => Exact is { } exact ? ExactNumber.Of(exact) : ExactNumber.Of(Number);
}

public sealed record FlagValue(bool Flag) : RuleValue;

/// <summary>A moment in UTC, to the millisecond.</summary>
public sealed record DateValue(DateTimeOffset At) : RuleValue;

/// <summary>A date without a time: that whole day, in the account's time zone.</summary>
public sealed record DayValue(DateOnly Day) : RuleValue;

/// <summary>So long before the moment of evaluation: <c>{"$ago": "90d"}</c>.</summary>
public sealed record AgoValue(int Count, AgoUnit Unit) : RuleValue
{
    /// <summary>The time meant, seen from the local time <paramref name="now"/>; before year 1 it is the beginning of time.</summary>
    public DateTime Before(DateTime now)
    {
        try
        {
            return Unit switch
            {
                AgoUnit.Days => now.AddDays(-Count),
                AgoUnit.Weeks => now.AddDays(-7.0 * Count),
                AgoUnit.Months => now.AddMonths(-Count),
                _ => now.AddYears(-Count),
            };
        }
        catch (ArgumentOutOfRangeException)
        {
            return DateTime.MinValue;
        }
    }
}

/// <summary>
/// So many of all customers, those with the highest values: <c>{"$top": 100}</c>, or <c>{"$top": "10%"}</c> of them, rounded up. Whoever
/// has the same value as the last of them is one of them too.
/// </summary>
/// <param name="Number">At least 1, or more than 0 and at most 100 per cent.</param>
public sealed record RankValue(decimal Number, bool IsPercent) : RuleValue
{
    /// <summary>A whole number, <see cref="Number"/> in 1/10,000 of a per cent.</summary>
    public long Parts => (long)(Number * PartsPerPercent);

    public const int PartsPerPercent = 10_000;
    public const int PartsOfAll = 100 * PartsPerPercent;

    /// <summary>How many of so many.</summary>
    public long Of(long customers) =>
        IsPercent ? (long)decimal.Ceiling((decimal)Parts * customers / PartsOfAll) : (long)Math.Min(Number, customers);
}

/// <summary>
/// The next anniversary is today or on one of the next so many days: <c>{"$anniversary": {"within": "7d"}}</c>. Month and day count, not
/// the year; 29 February is 28 February in common years.
/// </summary>
public sealed record WithinValue(int Days) : RuleValue
{
    /// <summary>The days that have theirs then, as <c>MM-dd</c>.</summary>
    public IReadOnlyList<string> MonthsAndDays(DateOnly today)
    {
        var found = new HashSet<string>();
        for (var ahead = 0; ahead <= Days && today.DayNumber + ahead <= DateOnly.MaxValue.DayNumber; ahead++)
        {
            var day = today.AddDays(ahead);
            found.Add(RuleDate.MonthAndDay(day));
            if (day is { Month: 2, Day: 28 } && !DateTime.IsLeapYear(day.Year))
            {
                found.Add("02-29");
            }
        }

        return [.. found.Order(StringComparer.Ordinal)];
    }
}

public enum AgoUnit
{
    Days,
    Weeks,
    Months,
    Years,
}
