using System.Globalization;
using System.Text.Json;
using XenoCrm.Core.Customers;
using XenoCrm.Core.Orders;
using XenoCrm.Core.Rules;
using XenoCrm.Core.Text;
using XenoCrm.Tests.Support;

namespace XenoCrm.Tests.Rules;

/// <summary>
/// Random rules and random customers, made of the same few values, so that tests meet their bounds: equal but for case,
/// a millisecond or a hundredth of a cent away, absent, of another type.
/// </summary>
internal sealed class RuleSamples(Random random)
{
    /// <summary>A last day of a month, not in UTC, finer than a millisecond: each has an answer of its own in date arithmetic.</summary>
    public static readonly DateTimeOffset Now = DateTimeOffset.Parse("2026-03-31T01:34:56.7891234+02:00", CultureInfo.InvariantCulture);

    private static readonly string[] Texts =
    [
        "Delhi", "delhi", "DELHI", "New Delhi", "São Paulo", "SÃO PAULO", "straße", "STRASSE", "İstanbul", "istanbul", "ΣΊΣΥΦΟΣ", "σίσυφος",
        "e\u0301", "é", "\u00a0two\u2003 words\t", "two words", "soft\u00adhyphen", "softhyphen", "日本", "😀", "😀x", "a%b", "axb", "a_b",
            "[a]", "it's", "\"quoted\"", "back\\slash", "vip", "VIP", "1000", "true", "2026-01-01", "a",
    ];

    private static readonly string[] Phones =
        ["+44 20 7946 0018", "020 7946 0018", "(020) 79460018", "+1 202-555-0100", "nobody's", "12345", "0044 20 7946 0018"];

    private static readonly string[] Keys = ["plan", "Plan", "loyalty tier", "größe", "n-1"];

    private static readonly double[] Numbers =
    [
        0, 1, 2, 3, 7, 12, 90, 1000, -1, -0.5, 0.1, 0.3, 0.1
            + 0.2, 0.5, 2.5, 333.33, 333.3333, 1000.0 / 3, 999.9999, 1000.0001, 1000.00005, 99.99, 1e-5, 1e-300,
        1e300,
        double.Epsilon,
        double.MaxValue,
        9007199254740993,
        99330570036233660,
        1e15,
        2147483647,
        922337203685477.6,
        5.425883980624071E-95,
    ];

    // Among them such as no double is, and what was stored when an attribute could have more than four decimals.
    private static readonly decimal[] ExactNumbers =
    [
        0, 1, 3, 12, 90, 1000, -1, -0.5m, 0.1m, 0.3m, 2.5m, 333.3333m, 333.33m, 999.9999m, -999.9999m, 1000.00005m, 9007199254740992,
            9007199254740993, 9007199254740994,
        long.MaxValue, long.MinValue, 922337203685477.6m, 0.00001m,
    ];

    private static readonly decimal[] Amounts = [0, 0.0001m, 0.3m, 1, 99.99m, 333.33m, 999.9999m, 1000, 1000.0001m, 999_999_999.9999m];

    private static readonly (int, AgoUnit)[] Agos =
    [
        (0, AgoUnit.Days), (1, AgoUnit.Days), (90, AgoUnit.Days), (1, AgoUnit.Weeks), (1, AgoUnit.Months), (13, AgoUnit.Months), (1,
            AgoUnit.Years), (1_000_000, AgoUnit.Years),
    ];

    // The first and last of the calendar, and days of 23, 24 and 25 hours, without a midnight, and one that Samoa left out.
    private static readonly DateOnly[] Days =
    [
        DateOnly.MinValue, DateOnly.MaxValue, new(2026, 1, 1), new(2026, 3, 29), new(2026, 10, 25), new(2018, 2, 17), new(2018, 11, 4),
            new(2011, 12, 29), new(2011, 12, 30), new(2011, 12, 31),
    ];

    private static readonly string[] Zones = ["UTC", "Europe/Berlin", "America/Sao_Paulo", "Asia/Kolkata", "Pacific/Apia"];

    private static readonly DateTimeOffset[] Dates =
    [
        .. Bounds().SelectMany(date => new[] { date, date.AddMilliseconds(1), date.AddMilliseconds(-1) }),
        DateTimeOffset.UnixEpoch, Time("0001-01-01"), Time("9999-12-31T23:59:59.999Z"),
    ];

    private static readonly RuleOperator[] Operators = Enum.GetValues<RuleOperator>();

    public Customer Customer(int number)
    {
        var orders = random.OneIn(4) ? 0 : random.Pick([1, 2, 3, 7, 90, 100_000]);
        var first = random.Pick(Dates);
        var last = random.Pick(Dates);
        var phone = Maybe(Phones);
        return new Customer
        {
            Id = string.Create(CultureInfo.InvariantCulture, $"c{number:D4}"),
            Name = random.Pick(Texts),
            Email = random.OneIn(3) ? null : string.Create(CultureInfo.InvariantCulture, $"{random.Pick(Texts)}{number}@Example.com"),
            Phone = phone,
            PhoneE164 = phone is not null && PhoneNumber.FaultOf(phone, random.OneIn(2) ? "GB" : null, out var e164) is null ? e164 : null,
            City = Maybe(Texts),
            Country = Maybe(Texts),
            Tags = [.. Enumerable.Range(0, random.Next(4)).Select(_ => random.Pick(Texts)).Distinct()],
            Attributes = Keys.Where(_ => random.OneIn(2)).ToDictionary(key => key, _ => Attribute()),
            CreatedAt = random.Pick(Dates),
            Unsubscribed = random.OneIn(3),
            OrderCount = orders,
            TotalSpend = orders == 0 ? 0 : random.Pick(Amounts) * (random.OneIn(2) ? orders : 1),
            FirstOrderAt = orders == 0 ? null : first < last ? first : last,
            LastOrderAt = orders == 0 ? null : first < last ? last : first,
        };
    }

    /// <summary>A customer's orders and refunds, whatever its totals say; often several at one moment.</summary>
    public Order[] Orders(string customerId)
    {
        var dates = random.OneIn(2) ? Dates : random.GetItems(Dates, 2);
        var orders = Enumerable.Range(0, random.Pick([0, 1, 1, 2, 3, 5])).Select(number => new Order
        {
            Id = $"{customerId}/{number}",
            CustomerId = customerId,
            Amount = random.Pick(Amounts),
            PlacedAt = random.Pick(dates),
            Items = random.OneIn(3) ? null : $"[{string.Join(',', Enumerable.Range(0, random.Next(4)).Select(_ => Line()))}]",
        }).ToArray();
        var refunds = orders.Where(order => order.Amount > 0 && random.OneIn(3)).Select(order => order with
        {
            Id = order.Id + "r",
            Amount = random.OneIn(2) ? -order.Amount : -0.0001m,
            PlacedAt = random.Pick(dates),
            Items = random.OneIn(2) ? null : order.Items,
            RefundOf = order.Id,
        });
        return [.. orders, .. refunds];
    }

    /// <summary>The customer with the last of its orders among these, whatever the other totals say.</summary>
    public static Customer WithLast(Customer customer, IEnumerable<Order> orders) => customer with
    {
        LastOrderAt = orders.Where(order => order.CustomerId == customer.Id && order.RefundOf is null)
            .Max(order => (DateTimeOffset?)order.PlacedAt),
    };

    /// <summary>The customer with these orders and no others.</summary>
    public static Customer Totalled(Customer customer, IReadOnlyCollection<Order> orders)
    {
        var placed = orders.Where(order => order.RefundOf is null).Select(order => (DateTimeOffset?)order.PlacedAt).ToArray();
        return customer with
        {
            OrderCount = placed.Length,
            TotalSpend = orders.Sum(order => order.Amount),
            FirstOrderAt = placed.Min(),
            LastOrderAt = placed.Max(),
        };
    }

    /// <summary>At most four levels; not always in the canonical form's shape.</summary>
    public Rule Rule(int levels = 4) => (levels > 1 ? random.Next(6) : 0) switch
    {
        0 or 1 => Test(),
        2 => new AllOf(Rules(levels)),
        3 => new AnyOf(Rules(levels)),
        4 => new Not(Rule(levels - 1)),
        _ => random.OneIn(10) && levels == 4 ? new Everyone() : Test(),
    };

    private EquatableList<Rule> Rules(int levels) => new([.. Enumerable.Range(0, random.Next(1, 4)).Select(_ => Rule(levels - 1))]);

    private Rule Test()
    {
        if (random.OneIn(5))
        {
            return OrdersTest();
        }

        var field = random.OneIn(4) ? FieldCatalog.Attribute(random.Pick(Keys)) : random.Pick(FieldCatalog.All);
        return Test(field, random.Pick(OperatorsOf(field)));
    }

    /// <summary>Each field with no, one or two operators; at least one test.</summary>
    private OrdersTest OrdersTest()
    {
        while (true)
        {
            FieldTest[] tests =
            [
                .. OrderFields.All.SelectMany(field => random.GetItems(OperatorsOf(field), random.Pick([0, 0, 0, 1, 2]))
                    .Distinct()
                    .Select(o => Test(field, o))),
            ];
            FieldTest[] ofOne = [.. tests.Where(test => !OrderFields.IsOfAll(test.Field))];
            if (ofOne.Length > 0 && random.OneIn(3))
            {
                return new OrdersTest([.. ofOne], []) { IsLast = true };
            }

            if (tests.Length > 0)
            {
                return new OrdersTest([.. ofOne], [.. tests.Where(test => OrderFields.IsOfAll(test.Field))]);
            }
        }
    }

    private static RuleOperator[] OperatorsOf(Field field) => [.. Operators.Where(o => RuleSyntax.Takes(field.Type, o))];

    private FieldTest Test(Field field, RuleOperator @operator)
    {
        var count = @operator is RuleOperator.In or RuleOperator.Nin ? random.Next(1, 5) : 1;
        return new FieldTest(
            field, @operator, new EquatableList<RuleValue>([.. Enumerable.Range(0, count).Select(_ => Value(field, @operator))]));
    }

    private RuleValue Value(Field field, RuleOperator @operator) => RuleSyntax.ValueType(field.Type, @operator) switch
    {
        FieldType.Flag => new FlagValue(random.OneIn(2)),
        FieldType.Number when field.AttributeKey is not null && random.OneIn(2) => Date(),
        FieldType.Number when field == OrderFields.Count => new NumberValue(random.Pick([0, 0, 1, 1, 2, 3, 1.5])),
        FieldType.Number when OrderFields.All.Contains(field) && random.OneIn(2) =>
            Number(random.Pick(Amounts) * random.Pick([1, 1, 2, -1])),
        FieldType.Number => Number(),
        FieldType.Date => Date(),
        FieldType.Text => new TextValue(Part(random.Pick(field == FieldCatalog.Phone ? Phones : Texts), @operator)),
        _ => random.Next(3) switch
        {
            0 => new FlagValue(random.OneIn(2)),
            1 => Number(),
            _ => new TextValue(random.Pick(Texts)),
        },
    };

    private RuleValue Date() =>
        random.OneIn(2) ? Ago() : random.OneIn(2) ? new DayValue(random.Pick(Days)) : new DateValue(random.Pick(Dates));

    private NumberValue Number()
    {
        if (random.OneIn(2))
        {
            return new NumberValue(random.Pick(Numbers));
        }

        return Number(random.Pick(ExactNumbers));
    }

    private static NumberValue Number(decimal number) => (NumberValue)(
        (FieldTest)RuleJson.Parse(string.Create(CultureInfo.InvariantCulture, $$"""{"attributes.n":{{number}}}"""))).Value;

    // As shops send them, and as they should not.
    private string Line() => random.Next(6) switch
    {
        0 => JsonSerializer.Serialize(random.Pick(Texts)),
        1 => $$"""{"name":{{JsonSerializer.Serialize(random.Pick(Texts))}},"sku":{{JsonSerializer.Serialize(random.Pick(Texts))}}}""",
        2 => $$"""{"SKU":1000,"quantity":2}""",
        3 => random.Pick(["7", "null", "[\"vip\"]", "{}", "\"\"", """{"name":"\ud800","sku":null}"""]),
        _ => $$"""{"Name":{{JsonSerializer.Serialize(random.Pick(Texts))}},"price":1}""",
    };

    // Whole characters only: what a rule's text can be.
    private string Part(string text, RuleOperator @operator)
    {
        var characters = text.EnumerateRunes().ToArray();
        var length = random.Next(characters.Length);
        var part = @operator switch
        {
            RuleOperator.StartsWith => string.Concat(characters.Take(length + 1)),
            RuleOperator.EndsWith => string.Concat(characters.TakeLast(length + 1)),
            RuleOperator.Contains => string.Concat(characters.Skip(length).Take(2)),
            _ => text,
        };

        // A blank alone is in everything, and no rule.
        return TextKey.Of(part).Length > 0 ? part : text;
    }

    private AgoValue Ago()
    {
        var (count, unit) = random.Pick(Agos);
        return new AgoValue(count, unit);
    }

    private AttributeValue Attribute() => random.Next(3) switch
    {
        0 => AttributeValue.Of(random.OneIn(2)),
        1 => AttributeValue.Of(random.Pick(ExactNumbers)),
        _ when random.OneIn(2) => AttributeValue.Of(random.Next(4) switch
        {
            0 => RuleDate.Format(random.Pick(Dates)),
            1 => random.Pick(
                ["2026-02-30", "2026-01-01T25:00:00Z", "2026-01-01 ", "2026-03-29t00:00:00+02:00", "2026-01-01T00:00:00", "0000-01-01"]),
            _ => RuleDate.Format(random.OneIn(2) ? random.Pick(Days) : DateOnly.FromDateTime(random.Pick(Dates).UtcDateTime)),
        }),
        _ => AttributeValue.Of(random.Pick(Texts)),
    };

    private string? Maybe(string[] texts) => random.OneIn(3) ? null : random.Pick(texts);

    private static IEnumerable<DateTimeOffset> Bounds()
    {
        yield return Time("2026-01-01");
        yield return Time("2026-02-28T23:34:56.789Z");
        var now = RuleDate.CutToMillisecond(Now);
        yield return now;
        foreach (var time in Zones.Select(zone => new RuleTime(now, TimeZoneInfo.FindSystemTimeZoneById(zone))))
        {
            foreach (var (count, unit) in Agos.SkipLast(1))
            {
                yield return time.Before(new AgoValue(count, unit));
            }

            foreach (var day in Days.Where(day => day.Year is > 1 and < 9999))
            {
                yield return time.StartOf(day);
                yield return time.StartOf(day.AddDays(1));
            }
        }
    }

    private static DateTimeOffset Time(string text) =>
        DateTimeOffset.Parse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal);
}
