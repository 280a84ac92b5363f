using System.Diagnostics;
using XenoCrm.Core.Customers;
using XenoCrm.Core.Orders;
using XenoCrm.Core.Rules;
using XenoCrm.Core.Text;

namespace XenoCrm.Core.Segments;

/// <summary>
/// What a rule means, customer by customer, with nothing done for speed: the reference that every store's selection is
/// held against.
/// </summary>
public static class RuleEvaluator
{
    /// <param name="rule">Whom to select, without what ranks customers: <see cref="RuleRanking"/>.</param>
    /// <param name="customer">Who may be selected.</param>
    /// <param name="orders">The customer's orders and refunds; all of them if the rule tests any.</param>
    /// <param name="time">When it is evaluated, and in whose days.</param>
    public static bool Matches(Rule rule, Customer customer, IReadOnlyCollection<Order> orders, RuleTime time) => rule switch
    {
        Everyone => true,
        AllOf all => all.Rules.All(part => Matches(part, customer, orders, time)),
        AnyOf any => any.Rules.Any(part => Matches(part, customer, orders, time)),
        Not not => !Matches(not.Rule, customer, orders, time),
        OrdersTest test => Holds(test, orders, time),
        FieldTest test => Passes(test, [.. ValuesOf(test.Field, customer, time.Now)], time),
        _ => throw new UnreachableException(),
    };

    /// <summary>Whether the limits of a test of orders hold of the chosen ones.</summary>
    /// <param name="test">The test.</param>
    /// <param name="count">How many orders are chosen, refunds apart.</param>
    /// <param name="sum">What they and the chosen refunds come to.</param>
    public static bool Holds(OrdersTest test, long count, decimal sum)
    {
        object[] ValuesOf(Field field) =>
            field == OrderFields.Count ? [(Rational)count]
            : field == OrderFields.Sum ? [Rational.Of(sum)]
            : count == 0 ? [] : [Rational.Of(sum) / count];

        // None of these is a date.
        return test.Limits.All(limit => Passes(limit, ValuesOf(limit.Field), default));
    }

    private static bool Holds(OrdersTest test, IReadOnlyCollection<Order> orders, RuleTime time)
    {
        if (test.IsLast)
        {
            Order[] placed = [.. orders.Where(order => order.RefundOf is null)];
            var last = placed.Length == 0 ? default : placed.Max(order => order.PlacedAt.ToUnixTimeMilliseconds());
            orders = [.. placed.Where(order => order.PlacedAt.ToUnixTimeMilliseconds() == last)];
        }

        Order[] chosen = [.. orders.Where(order => test.Where.All(part => Passes(part, [.. ValuesOf(part.Field, order)], time)))];
        return Holds(test, chosen.Count(order => order.RefundOf is null), chosen.Sum(order => order.Amount));
    }

    private static IEnumerable<object> ValuesOf(Field field, Order order) => field switch
    {
        _ when field == OrderFields.PlacedAt => [order.PlacedAt],
        _ when field == OrderFields.Amount => [Rational.Of(order.Amount)],
        _ => OrderItems.KeysOf(order.Items),
    };

    /// <param name="test">The test.</param>
    /// <param name="found">What the customer has there: nothing if the field is absent, several values only of tags.</param>
    /// <param name="time">The time of evaluation.</param>
    private static bool Passes(FieldTest test, IReadOnlyList<object> found, RuleTime time)
    {
        if (test.Operator == RuleOperator.Exists)
        {
            return found.Count > 0 == ((FlagValue)test.Value).Flag;
        }

        if (test.Value is WithinValue within)
        {
            return found is [string key] && RuleDate.OfKey(key) is DayValue { Day: var day }
                && within.MonthsAndDays(time.Today).Contains(RuleDate.MonthAndDay(day));
        }

        if (test.IsDateOfAttribute)
        {
            var date = found is [string text] ? RuleDate.OfKey(text) : null;
            return PassesDate(test.Operator, date is null ? null : time.StretchOf(date).First, [time.StretchOf(test.Value)]);
        }

        if (test.Field.Type == FieldType.Date)
        {
            return PassesDate(test.Operator, found is [DateTimeOffset at] ? at.ToUnixTimeMilliseconds()
                : null, [.. test.Values.Select(time.StretchOf)]);
        }

        var wanted = test.Values
            .Select(value => test.Field == FieldCatalog.Phone && value is TextValue phone ? PhoneKey(test, phone) : Comparable(value))
            .ToArray();
        return test.Operator switch
        {
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

    // Before a day is before its first moment, after it from the next day on.
    private static bool PassesDate(RuleOperator @operator, long? at, Stretch[] wanted) => @operator switch
    {
        RuleOperator.Eq or RuleOperator.In => at is { } found && wanted.Any(stretch => stretch.Contains(found)),
        RuleOperator.Ne or RuleOperator.Nin => !(at is { } found && wanted.Any(stretch => stretch.Contains(found))),
        RuleOperator.Gt => at >= wanted[0].Next,
        RuleOperator.Gte => at >= wanted[0].First,
        RuleOperator.Lt => at < wanted[0].First,
        RuleOperator.Lte => at < wanted[0].Next,
        _ => throw new UnreachableException(),
    };

    // Everything else is compared as one of three: text in its key form, an exact number, a flag. Of different types, two values are
    // never equal and have no order.
    private static object Comparable(RuleValue value) => value switch
    {
        TextValue text => TextKey.Of(text.Text),
        NumberValue number => Rational.Of(number),
        FlagValue flag => flag.Flag,
        _ => throw new UnreachableException(),
    };

    private static int? Compare(object left, object right) => (left, right) is (Rational a, Rational b) ? a.CompareTo(b) : null;

    private static IEnumerable<object> ValuesOf(Field field, Customer customer, DateTimeOffset now) => field switch
    {
        { AttributeKey: { } key } => customer.Attributes.TryGetValue(key, out var value) ? [Comparable(value)] : [],
        _ when field == FieldCatalog.Tags => customer.Tags.Select(TextKey.Of),
        _ when field == FieldCatalog.Phone => customer.Phone is { } phone ? PhoneNumber.KeysOf(phone, customer.PhoneE164) : [],
        _ => ValueOf(field, customer, now) is { } value ? [value] : [],
    };

    private static object? ValueOf(Field field, Customer customer, DateTimeOffset now) => field.Name switch
    {
        "name" => TextKey.Of(customer.Name),
        "email" => Key(customer.Email),
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

    // A telephone number is found by any of its forms, as a tag is by any of the tags.
    private static string PhoneKey(FieldTest test, TextValue value) => PhoneNumber.KeyOf(
        value.Text, test.Operator is not (RuleOperator.Contains or RuleOperator.EndsWith));

    private static string? Key(string? text) => text is null ? null : TextKey.Of(text);
}
