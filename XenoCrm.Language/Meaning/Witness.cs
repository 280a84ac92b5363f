using XenoCrm.Core.Customers;
using XenoCrm.Core.Rules;
using XenoCrm.Core.Segments;

namespace XenoCrm.Language.Meaning;

/// <summary>
/// Whether a customer can exist for whom all of some literals come true: values from both sides of every limit that they
/// name are tried on made-up customers. What depends on each other, the orders' number, sum and dates, is tried together.
/// </summary>
internal static class Witness
{
    private const string OtherText = "\u0001";

    private static readonly Customer Nobody = new() { Id = "?", Name = OtherText, CreatedAt = DateTimeOffset.UnixEpoch };

    // Nobody has been a customer for longer.
    private static readonly long Earliest = new DateTimeOffset(100, 1, 1, 0, 0, 0, TimeSpan.Zero).ToUnixTimeMilliseconds();

    private static readonly Field[] OrderFields =
    [
        FieldCatalog.TotalSpend, FieldCatalog.OrderCount, FieldCatalog.AverageOrderValue, FieldCatalog.LastOrderAt,
            FieldCatalog.FirstOrderAt, FieldCatalog.DaysSinceLastOrder,
    ];

    public static bool Exists(IReadOnlyList<Literal> literals, RuleTime time)
    {
        // An attribute may be text, number or flag: of those nothing is claimed.
        var others = literals
            .Where(literal => !OrderFields.Contains(literal.Test.Field) && literal.Test.Field.AttributeKey is null)
            .GroupBy(literal => literal.Test.Field);
        foreach (var ofField in others)
        {
            if (!Candidates(ofField.Key, [.. ofField], time).Any(customer => Passes(ofField, customer, time)))
            {
                return false;
            }
        }

        var ofOrders = literals.Where(literal => OrderFields.Contains(literal.Test.Field)).ToArray();
        return ofOrders.Length == 0 || Passes(ofOrders, Nobody, time) || SomeOrdersPass(ofOrders, time);
    }

    private static bool Passes(IEnumerable<Literal> literals, Customer customer, RuleTime time) =>
        literals.All(literal => RuleEvaluator.Matches(literal.Test, customer, [], time) == literal.Holds);

    private static IEnumerable<Customer> Candidates(Field field, Literal[] literals, RuleTime time)
    {
        if (field == FieldCatalog.Unsubscribed)
        {
            return [Nobody, Nobody with { Unsubscribed = true }];
        }

        if (field == FieldCatalog.CreatedAt)
        {
            return Dates(literals, time).Select(at => Nobody with { CreatedAt = at });
        }

        if (field == FieldCatalog.Tags)
        {
            return TagSets(literals).Select(tags => Nobody with { Tags = tags });
        }

        return Texts(literals).Select(text => field.Name switch
        {
            "name" => Nobody with { Name = text ?? OtherText },
            "email" => Nobody with { Email = text },
            "phone" => Nobody with { Phone = text },
            "city" => Nobody with { City = text },
            _ => Nobody with { Country = text },
        });
    }

    private static IEnumerable<string?> Texts(Literal[] literals)
    {
        yield return null;
        yield return OtherText;
        foreach (var value in Values(literals))
        {
            yield return value;
        }

        // One text that begins, ends and goes on as they ask.
        yield return Part(RuleOperator.StartsWith) + string.Concat(Parts(RuleOperator.Contains)) + Part(RuleOperator.EndsWith);

        string Part(RuleOperator @operator) => Parts(@operator).MaxBy(part => part.Length) ?? "";
        IEnumerable<string> Parts(RuleOperator @operator) =>
            literals.Where(literal => literal.Holds && literal.Test.Operator == @operator).SelectMany(literal => Values([literal]));
    }

    private static IEnumerable<string> Values(IEnumerable<Literal> literals) =>
        literals.SelectMany(literal => literal.Test.Values).OfType<TextValue>().Select(value => value.Text);

    private static IEnumerable<string[]> TagSets(Literal[] literals)
    {
        yield return [];
        yield return [OtherText];
        var texts = Texts(literals).OfType<string>().Where(text => text.Length > 0).ToArray();
        foreach (var text in texts)
        {
            yield return [text];
        }

        yield return texts;
        yield return [
            .. texts.Where(text =>
                literals.All(literal => literal.Holds == (literal.Test.Operator is not (RuleOperator.Ne or RuleOperator.Nin))
                    || !literal.Test.Values.Contains(new TextValue(text))))];
    }

    private static bool SomeOrdersPass(Literal[] literals, RuleTime time)
    {
        var dated =
            literals.Where(literal => literal.Test.Field.Type == FieldType.Date || literal.Test.Field == FieldCatalog.DaysSinceLastOrder)
                .ToArray();
        var dates = Dates(dated, time).ToArray();
        var aCustomer = Nobody with { OrderCount = 1, FirstOrderAt = time.Now, LastOrderAt = time.Now };
        var datesPass = dates.Any(last => dates.Any(first => first <= last
            && Passes(dated, aCustomer with { FirstOrderAt = first, LastOrderAt = last }, time)));
        if (!datesPass)
        {
            return false;
        }

        var counted = literals.Except(dated).ToArray();
        var counts = Numbers(counted, FieldCatalog.OrderCount)
            .Select(decimal.Floor)
            .Where(count => count is >= 1 and <= int.MaxValue)
            .Append(1)
            .ToArray();
        var averages = Numbers(counted, FieldCatalog.AverageOrderValue).ToArray();
        var sums = Numbers(counted, FieldCatalog.TotalSpend).ToArray();
        // Enough orders for a sum to have an average: over 900 in all and under 45 each.
        counts =
            [.. counts, .. sums.SelectMany(sum => averages.Where(average => average > 0).Select(average => decimal.Floor(sum / average)))
                .Where(count => count is >= 1 and < int.MaxValue)
                .SelectMany(count => new[] { count, count + 1 })];
        return counts.Any(count =>
            sums.Concat(averages.Select(average => average * count))
                .Where(sum => sum >= 0)
                .Any(sum => Passes(counted, aCustomer with { OrderCount = (int)count, TotalSpend = sum }, time)));
    }

    private static IEnumerable<decimal> Numbers(IEnumerable<Literal> literals, Field field)
    {
        yield return 0;
        foreach (var number in literals.Where(literal => literal.Test.Field == field)
            .SelectMany(literal => literal.Test.Values)
            .OfType<NumberValue>()
            .Select(value => (decimal)Math.Clamp(value.Number, -1e15, 1e15)))
        {
            yield return number;
            yield return number - 1;
            yield return number + 1;
            yield return number - 0.0001m;
            yield return number + 0.0001m;
        }
    }

    // Nobody has ordered or joined in the future.
    private static IEnumerable<DateTimeOffset> Dates(Literal[] literals, RuleTime time) =>
        AllDates(literals, time).Where(date => date <= time.Now);

    private static IEnumerable<DateTimeOffset> AllDates(Literal[] literals, RuleTime time)
    {
        yield return time.Now;
        yield return new DateTimeOffset(1900, 1, 1, 0, 0, 0, TimeSpan.Zero);
        foreach (var value in literals.SelectMany(literal => literal.Test.Values))
        {
            long[] ends = value switch
            {
                DateValue or DayValue or AgoValue => [time.StretchOf(value).First, time.StretchOf(value).Next],
                NumberValue { Number: > -100_000 and < 100_000 } days => [time.Now.AddDays(-days.Number).ToUnixTimeMilliseconds()],
                _ => [],
            };
            foreach (var end in ends.Where(end => end >= Earliest && end <= time.Now.ToUnixTimeMilliseconds()))
            {
                var at = DateTimeOffset.FromUnixTimeMilliseconds(end);
                yield return at;
                yield return at.AddMilliseconds(-1);
                yield return at.AddMilliseconds(1);
                yield return at.AddDays(-1);
                yield return at.AddDays(1);
            }
        }
    }
}
