using System.Diagnostics;
using XenoCrm.Data.Customers;

namespace XenoCrm.Data.Rules;

/// <summary>
/// What a rule means, customer by customer, with nothing done for speed: the reference that every store's selection is
/// held against.
/// </summary>
public static class RuleEvaluator
{
    /// <param name="rule">Whom to select.</param>
    /// <param name="customer">Who may be selected.</param>
    /// <param name="now">The moment of evaluation, from which <c>$ago</c> and days count; cut to the millisecond.</param>
    public static bool Matches(Rule rule, Customer customer, DateTimeOffset now) => rule switch
    {
        Everyone => true,
        AllOf all => all.Rules.All(part => Matches(part, customer, now)),
        AnyOf any => any.Rules.Any(part => Matches(part, customer, now)),
        Not not => !Matches(not.Rule, customer, now),
        FieldTest test => Passes(test, [.. ValuesOf(test.Field, customer, now)], now),
        _ => throw new UnreachableException(),
    };

    /// <param name="test">The test.</param>
    /// <param name="found">What the customer has there: nothing if the field is absent, several values only of tags.</param>
    /// <param name="now">The moment of evaluation.</param>
    private static bool Passes(FieldTest test, IReadOnlyList<object> found, DateTimeOffset now)
    {
        var wanted = test.Values.Select(value => Comparable(value, now)).ToArray();
        return test.Operator switch
        {
            RuleOperator.Exists => found.Count > 0 == (bool)wanted[0],
            RuleOperator.Eq or RuleOperator.In => found.Any(wanted.Contains),
            RuleOperator.Ne or RuleOperator.Nin => !found.Any(wanted.Contains),
            RuleOperator.Gt => found.Any(value => Compare(value, wanted[0]) > 0),
            RuleOperator.Gte => found.Any(value => Compare(value, wanted[0]) >= 0),
            RuleOperator.Lt => found.Any(value => Compare(value, wanted[0]) < 0),
            RuleOperator.Lte => found.Any(value => Compare(value, wanted[0]) <= 0),
            RuleOperator.Contains => found.OfType<string>().Any(text => text.Contains((string)wanted[0], StringComparison.Ordinal)),
            RuleOperator.StartsWith => found.OfType<string>().Any(text => text.StartsWith((string)wanted[0], StringComparison.Ordinal)),
            RuleOperator.EndsWith => found.OfType<string>().Any(text => text.EndsWith((string)wanted[0], StringComparison.Ordinal)),
            _ => throw new UnreachableException(),
        };
    }

    // Everything is compared as one of four: text in its key form, an exact number, a moment, a flag. Of different types, two values are never equal and have no order.
    private static object Comparable(RuleValue value, DateTimeOffset now) => value switch
    {
        TextValue text => TextKey.Of(text.Text),
        NumberValue number => Rational.Of(number.Number),
        FlagValue flag => flag.Flag,
        _ => RuleDate.Resolve(value, now),
    };

    private static int? Compare(object left, object right) => (left, right) switch
    {
        (Rational a, Rational b) => a.CompareTo(b),
        (DateTimeOffset a, DateTimeOffset b) => a.CompareTo(b),
        _ => null,
    };

    private static IEnumerable<object> ValuesOf(Field field, Customer customer, DateTimeOffset now) => field switch
    {
        { AttributeKey: { } key } => customer.Attributes.TryGetValue(key, out var value) ? [Comparable(value)] : [],
        _ when field == FieldCatalog.Tags => customer.Tags.Select(TextKey.Of),
        _ => ValueOf(field, customer, now) is { } value ? [value] : [],
    };

    private static object? ValueOf(Field field, Customer customer, DateTimeOffset now) => field.Name switch
    {
        "name" => TextKey.Of(customer.Name),
        "email" => Key(customer.Email),
        "phone" => Key(customer.Phone),
        "city" => Key(customer.City),
        "country" => Key(customer.Country),
        "totalSpend" => Rational.Of(customer.TotalSpend),
        "orderCount" => (Rational)customer.OrderCount,
        "averageOrderValue" => customer.OrderCount == 0 ? null : Rational.Of(customer.TotalSpend) / customer.OrderCount,
        "lastOrderAt" => customer.LastOrderAt,
        "firstOrderAt" => customer.FirstOrderAt,
        "daysSinceLastOrder" => customer.LastOrderAt is { } last ? WholeDays(RuleDate.CutToMillisecond(now) - last) : null,
        "createdAt" => customer.CreatedAt,
        "unsubscribed" => customer.Unsubscribed,
        _ => throw new UnreachableException(),
    };

    private static Rational WholeDays(TimeSpan time) => (long)((Rational)time.Ticks / TimeSpan.TicksPerDay).Floor;

    private static object Comparable(AttributeValue value) => value switch
    {
        { Number: { } number } => Rational.Of(number),
        { Flag: { } flag } => flag,
        _ => TextKey.Of(value.Text!),
    };

    private static string? Key(string? text) => text is null ? null : TextKey.Of(text);
}
