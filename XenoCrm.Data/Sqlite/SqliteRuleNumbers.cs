using System.Diagnostics;
using System.Globalization;
using System.Numerics;
using XenoCrm.Core;
using XenoCrm.Core.Rules;

namespace XenoCrm.Data.Sqlite;

/// <summary>
/// Tests on numbers in whole-number arithmetic throughout, so that they are exact: a rule's number may have decimals,
/// what is stored has none.
/// </summary>
internal sealed class SqliteRuleNumbers(SqliteRuleParameters parameters, DateTimeOffset now)
{
    private const long Day = TimeSpan.MillisecondsPerDay;

    // No two moments are further apart.
    private const int MaxDays = 10_000_000;

    // An average's decimals are multiplied limb by limb: a limb times an order count stays within 64 bits.
    private const int Limbs = 3;
    private const int LimbBase = 1_000_000_000;

    /// <summary>A column that holds the number's <paramref name="scale"/>-fold as a whole number.</summary>
    public string Whole(string column, FieldTest test, int scale)
    {
        Rational[] values = [.. test.Values.Select(value => Number(value) * scale)];
        return test.Operator switch
        {
            RuleOperator.Eq or RuleOperator.In => parameters.OneOf(
                column,
                [.. values.Where(value => value.IsInteger && FitsLong(value.Numerator)).Select(value => (long)value.Numerator)]),
            RuleOperator.Gt => $"{column} > {Add(values[0].Floor)}",
            RuleOperator.Gte => $"{column} >= {Add(values[0].Ceiling)}",
            RuleOperator.Lt => $"{column} < {Add(values[0].Ceiling)}",
            RuleOperator.Lte => $"{column} <= {Add(values[0].Floor)}",
            _ => throw new UnreachableException(),
        };
    }

    /// <summary>
    /// <c>floor((now - last_order_at) / day)</c>, as bounds of <c>last_order_at</c>: at least n days ago means not after
    /// <c>now - n days</c>.
    /// </summary>
    public string DaysSinceLastOrder(FieldTest test)
    {
        Rational[] values = [.. test.Values.Select(Number)];
        return test.Operator switch
        {
            RuleOperator.Eq or RuleOperator.In => IsDaysAgo(values.Where(value => value.IsInteger)),
            RuleOperator.Gt => $"last_order_at <= {parameters.Add(DaysAgo(values[0].Floor + 1))}",
            RuleOperator.Gte => $"last_order_at <= {parameters.Add(DaysAgo(values[0].Ceiling))}",
            RuleOperator.Lt => $"last_order_at > {parameters.Add(DaysAgo(values[0].Ceiling))}",
            RuleOperator.Lte => $"last_order_at > {parameters.Add(DaysAgo(values[0].Floor + 1))}",
            _ => throw new UnreachableException(),
        };
    }

    /// <summary>
    /// <c>total_spend / order_count</c>, compared by multiplying the rule's number with <c>order_count</c>. Where that
    /// leaves 64 bits SQLite goes on in floating point, far above any total that could be stored.
    /// </summary>
    public string Average(FieldTest test)
    {
        Rational[] values = [.. test.Values.Select(value => Number(value) * Money.UnitsPerOne)];
        var comparison = test.Operator switch
        {
            RuleOperator.Eq or RuleOperator.In => AverageIsOneOf(values),
            RuleOperator.Gt => $"total_spend > {TimesOrders(values[0], roundUp: false)}",
            RuleOperator.Gte => $"total_spend >= {TimesOrders(values[0], roundUp: true)}",
            RuleOperator.Lt => $"total_spend < {TimesOrders(values[0], roundUp: true)}",
            RuleOperator.Lte => $"total_spend <= {TimesOrders(values[0], roundUp: false)}",
            _ => throw new UnreachableException(),
        };
        return $"order_count > 0 AND {comparison}";
    }

    private string IsDaysAgo(IEnumerable<Rational> days)
    {
        var table = parameters.AddTable(days.Select(day => DaysAgo(day.Numerator)));
        return $"EXISTS (SELECT 1 FROM {table} WHERE last_order_at <= value AND last_order_at > value - {Day})";
    }

    /// <summary>total / count is p / q in lowest terms if q divides count and total is p for each q.</summary>
    private string AverageIsOneOf(IEnumerable<Rational> values)
    {
        var fractions = values
            .Where(value => FitsLong(value.Numerator) && value.Denominator <= int.MaxValue)
            .Select(value => new[] { (long)value.Numerator, (long)value.Denominator });
        return $"EXISTS (SELECT 1 FROM {parameters.AddTable(fractions)} "
            + "WHERE order_count % (value ->> 1) = 0 AND total_spend = (value ->> 0) * (order_count / (value ->> 1)))";
    }

    /// <summary>
    /// SQL for <c>number * order_count</c>, rounded. The whole part is one product. The decimals are limbs of nine
    /// digits, multiplied from the last, each product rounded the same way into the next: 0.25 * 3 is
    /// <c>(250000000 * 3 + 999999999) / 1000000000 = 1</c> rounded up.
    /// </summary>
    private string TimesOrders(Rational number, bool roundUp)
    {
        var whole = $"{Add(number.Floor)} * order_count";
        if (number.IsInteger)
        {
            return whole;
        }

        // A double has 17 digits, so decimals that do not fit 27 are within 1e-10 of a whole number. Times any order count
        // they are more than nothing and less than one, as the smallest limb is.
        var scale = BigInteger.Pow(LimbBase, Limbs);
        var rest = number.Numerator - (number.Floor * number.Denominator);
        var decimals = BigInteger.Max(BigInteger.One, rest * scale / number.Denominator);
        var carry = "0";
        for (var limb = 0; limb < Limbs; limb++)
        {
            var rounding = roundUp ? LimbBase - 1 : 0;
            carry = string.Create(
                CultureInfo.InvariantCulture, $"({Add(decimals % LimbBase)} * order_count + {carry} + {rounding}) / {LimbBase}");
            decimals /= LimbBase;
        }

        return $"{whole} + {carry}";
    }

    private static Rational Number(RuleValue value) => Rational.Of((NumberValue)value);

    private static bool FitsLong(BigInteger value) => value >= long.MinValue && value <= long.MaxValue;

    // Beyond 64 bits there is nothing stored to tell the bounds apart.
    private string Add(BigInteger value) => parameters.Add((long)BigInteger.Clamp(value, long.MinValue, long.MaxValue));

    private long DaysAgo(BigInteger days) => now.ToUnixTimeMilliseconds() - ((long)BigInteger.Clamp(days, -MaxDays, MaxDays) * Day);
}
