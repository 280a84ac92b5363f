using XenoCrm.Core.Customers;
using XenoCrm.Core.Rules;

namespace XenoCrm.Benchmarks.Language;

/// <summary>
/// Customers at and beside every limit that some rules name, with the cities, tags and attributes that they name: two rules that differ
/// select different ones of these, where customers made up beforehand may know none of their words.
/// </summary>
internal static class CustomersAtLimits
{
    public const int Count = 400;

    public static List<Customer> Of(IEnumerable<Rule> rules, IReadOnlyList<Customer> like, RuleTime time)
    {
        var tests = rules.SelectMany(rule => rule.Tests()).Distinct().ToArray();
#pragma warning disable RS0030 // The seed is named.
        var random = new Random(20220701);
#pragma warning restore RS0030
        return [.. Enumerable.Range(0, Count).Select(_ => tests.Where(_ => random.Next(4) > 0).Aggregate(Pick(like), Move))];

        T Pick<T>(IReadOnlyList<T> from) => from[random.Next(from.Count)];

        Customer Move(Customer customer, FieldTest test) => Pick(test.Values.ToArray()) switch
        {
            TextValue { Text: var text } => WithText(customer, test.Field, Pick<string>([text, text, $"{text}x", $"x{text}", $"x{text}x"])),
            NumberValue { Number: var number } =>
                WithNumber(customer, test.Field, (decimal)number + Pick<decimal>([-1, -0.01m, 0, 0, 0.01m, 1]), time),
            FlagValue { Flag: true } when test.Operator != RuleOperator.Exists && test.Field.AttributeKey is { } key =>
                WithAttribute(customer, key, AttributeValue.Of(Pick<bool>([true, false]))),
            DateValue or DayValue or AgoValue => WithDate(customer, test.Field, DateOf(test.Values[0])),
            _ => customer,
        };

        DateTimeOffset DateOf(RuleValue value)
        {
            var (first, next) = time.StretchOf(value);
            var at = DateTimeOffset.FromUnixTimeMilliseconds(Pick<long>([first - 1, first, first + 1, next - 1, next, next + 1]));
            return at.AddDays(Pick<int>([0, 0, 0, -1, 1, 20, -20])) is var moved && moved <= time.Now ? moved : time.Now;
        }
    }

    private static Customer WithText(Customer customer, Field field, string text) => field.Name switch
    {
        "name" => customer with { Name = text },
        "email" => customer with { Email = text },
        "phone" => customer with { Phone = text },
        "city" => customer with { City = text },
        "country" => customer with { Country = text },
        "tags" => customer with { Tags = [.. customer.Tags, text] },
        _ => WithAttribute(customer, field.AttributeKey!, AttributeValue.Of(text)),
    };

    private static Customer WithNumber(Customer customer, Field field, decimal number, RuleTime time)
    {
        if (field.AttributeKey is { } key)
        {
            return WithAttribute(customer, key, AttributeValue.Of(number));
        }

        // Whoever has spent something has ordered.
        var ordered = customer.OrderCount > 0
            ? customer
            : customer with { OrderCount = 1, FirstOrderAt = time.Now, LastOrderAt = time.Now };
        return field.Name switch
        {
            "orderCount" when number < 1 => customer with { OrderCount = 0, TotalSpend = 0, FirstOrderAt = null, LastOrderAt = null },
            "orderCount" => ordered with { OrderCount = (int)decimal.Clamp(number, 1, int.MaxValue) },
            "totalSpend" => ordered with { TotalSpend = number },
            "averageOrderValue" => ordered with { TotalSpend = number * ordered.OrderCount },
            _ => WithDate(ordered, FieldCatalog.LastOrderAt, time.Now.AddDays(-(double)decimal.Clamp(number, 0, 30_000))),
        };
    }

    private static Customer WithDate(Customer customer, Field field, DateTimeOffset at) =>
        field == FieldCatalog.CreatedAt ? customer with { CreatedAt = at }
        : field == FieldCatalog.FirstOrderAt ? customer with
        {
            FirstOrderAt = at,
            LastOrderAt = customer.LastOrderAt > at ? customer.LastOrderAt : at,
            OrderCount = Math.Max(1, customer.OrderCount),
        }
        : customer with
        {
            LastOrderAt = at,
            FirstOrderAt = customer.FirstOrderAt < at ? customer.FirstOrderAt : at,
            OrderCount = Math.Max(1, customer.OrderCount),
        };

    private static Customer WithAttribute(Customer customer, string key, AttributeValue value) =>
        customer with { Attributes = new Dictionary<string, AttributeValue>(customer.Attributes) { [key] = value } };
}
