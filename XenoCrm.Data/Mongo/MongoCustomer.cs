using MongoDB.Bson;
using XenoCrm.Core;
using XenoCrm.Core.Customers;
using XenoCrm.Core.Rules;
using XenoCrm.Core.Suppressions;
using XenoCrm.Core.Text;

namespace XenoCrm.Data.Mongo;

/// <summary>
/// A document of <c>customers</c>:
/// <code>
/// { _id: "c1", name: "Mara Lane", email: "Mara@example.com", phone: "+49 30 1234", phoneE164: "+49301234", city: "Köln",
///   country: "DE", timeZone: "Europe/Berlin", tags: ["VIP"],
///   attributes: { plan: "Gold", seats: Decimal128("3.5"), trial: false }, createdAt: ISODate,
///   unsubscribed: false, emailSuppressed: true, phoneSuppressed: true, totalSpend: Decimal128("30"), orderCount: 7,
///   averageOrderValue: Decimal128("4.285714285714285714285714285714286"),
///   firstOrderAt: ISODate, lastOrderAt: ISODate,
///   totalsRevision: NumberLong(3),
///   keys: { name: "mara lane", email: "mara@example.com", phone: ["+49301234", "0301234"], …, tags: ["vip"],
///     attributes: { plan: "gold", seats: Decimal128("3.5"), trial: false } } }
/// </code>
/// What is absent has no field; <c>emailSuppressed</c> is there while <see cref="MongoSuppressions"/> has the address, and the other
/// likewise. <c>keys</c> holds what is compared without regard to case, in the form in which it is compared.
/// </summary>
internal sealed record MongoCustomer
{
    /// <summary>In the key of an attribute that is a date.</summary>
    public const string DateOfDay = "day";

    /// <inheritdoc cref="DateOfDay"/>
    public const string DateOfMoment = "at";

    public required string Id { get; init; }

    public required string Name { get; init; }

    public string? Email { get; init; }

    public string? Phone { get; init; }

    public string? PhoneE164 { get; init; }

    public string? City { get; init; }

    public string? Country { get; init; }

    public string? TimeZone { get; init; }

    public IReadOnlyList<string>? Tags { get; init; }

    public BsonDocument? Attributes { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    public required bool Unsubscribed { get; init; }

    public bool? EmailSuppressed { get; init; }

    public bool? PhoneSuppressed { get; init; }

    public required decimal TotalSpend { get; init; }

    public required int OrderCount { get; init; }

    /// <summary>To 34 digits, which is enough to compare it exactly with any number of a rule.</summary>
    public Decimal128? AverageOrderValue { get; init; }

    public DateTimeOffset? FirstOrderAt { get; init; }

    public DateTimeOffset? LastOrderAt { get; init; }

    /// <summary>One more with each change of the totals; absent before the first.</summary>
    public long? TotalsRevision { get; init; }

    public required CustomerKeys Keys { get; init; }

    /// <param name="customer">Whom to store.</param>
    /// <param name="suppressed">Those of their addresses that are on the suppression list.</param>
    public static MongoCustomer Of(Customer customer, IReadOnlySet<ContactAddress> suppressed) => suppressed.Count == 0
        ? Of(customer)
        : Of(customer) with
        {
            EmailSuppressed = customer.Email is { } email && suppressed.Contains(ContactAddress.OfEmail(email)) ? true : null,
            PhoneSuppressed = ContactAddress.FormsOfPhone(customer.Phone, customer.PhoneE164).Any(suppressed.Contains) ? true : null,
        };

    public static MongoCustomer Of(Customer customer) => new()
    {
        Id = customer.Id,
        Name = customer.Name,
        Email = customer.Email,
        Phone = customer.Phone,
        PhoneE164 = customer.PhoneE164,
        City = customer.City,
        Country = customer.Country,
        TimeZone = customer.TimeZone,
        Tags = customer.Tags.Count == 0 ? null : customer.Tags,
        Attributes = ToBson(customer.Attributes),
        CreatedAt = customer.CreatedAt,
        Unsubscribed = customer.Unsubscribed,
        TotalSpend = customer.TotalSpend,
        OrderCount = customer.OrderCount,
        AverageOrderValue = customer.OrderCount == 0 ? null : ExactDecimal.Quotient(customer.TotalSpend, customer.OrderCount),
        FirstOrderAt = customer.FirstOrderAt,
        LastOrderAt = customer.LastOrderAt,
        Keys = new CustomerKeys
        {
            Name = TextKey.Of(customer.Name),
            Email = Key(customer.Email),
            Phone = PhoneKeys(customer.Phone, customer.PhoneE164),
            City = Key(customer.City),
            Country = Key(customer.Country),
            Tags = customer.Tags.Count == 0 ? null : [.. customer.Tags.Select(TextKey.Of)],
            Attributes = ToKeys(customer.Attributes),
        },
    };

    public Customer ToCustomer() => new()
    {
        Id = Id,
        Name = Name,
        Email = Email,
        Phone = Phone,
        PhoneE164 = PhoneE164,
        City = City,
        Country = Country,
        TimeZone = TimeZone,
        Tags = Tags ?? [],
        Attributes = Attributes?.ToDictionary(attribute => attribute.Name, attribute => ToAttribute(attribute.Value)) ?? [],
        CreatedAt = CreatedAt,
        Unsubscribed = Unsubscribed,
        TotalSpend = TotalSpend,
        OrderCount = OrderCount,
        FirstOrderAt = FirstOrderAt,
        LastOrderAt = LastOrderAt,
    };

    public static BsonValue ToBson(AttributeValue value) => ToBson(value, text => text);

    /// <summary>Of a text that is a date the key is that date too: <c>["2026-01-31", { day: "2026-01-31" }]</c>.</summary>
    public static BsonValue ToKey(AttributeValue value) => ToBson(value, TextKey.Of) is BsonString key && ToDate(key.Value) is { } date
        ? new BsonArray { key, date }
        : ToBson(value, TextKey.Of);

    private static BsonDocument? ToDate(string key) => RuleDate.OfKey(key) switch
    {
        DayValue day => new BsonDocument(DateOfDay, RuleDate.Format(day.Day)),
        DateValue date => new BsonDocument(DateOfMoment, new BsonDateTime(date.At.ToUnixTimeMilliseconds())),
        _ => null,
    };

    /// <summary>For the field <c>attributes</c>; null if there are none.</summary>
    public static BsonDocument? ToBson(IReadOnlyDictionary<string, AttributeValue> attributes) => ToBson(attributes, ToBson);

    /// <summary>For the field <c>keys.attributes</c>; null if there are none.</summary>
    public static BsonDocument? ToKeys(IReadOnlyDictionary<string, AttributeValue> attributes) => ToBson(attributes, ToKey);

    private static BsonDocument? ToBson(
        IReadOnlyDictionary<string, AttributeValue> attributes, Func<AttributeValue, BsonValue> toValue) => attributes.Count == 0
            ? null
            : new BsonDocument(attributes.Select(attribute => new BsonElement(attribute.Key, toValue(attribute.Value))));

    private static BsonValue ToBson(AttributeValue value, Func<string, string> text) => value switch
    {
        { Number: { } number } => new BsonDecimal128(number),
        { Flag: { } flag } => flag,
        _ => text(value.Text!),
    };

    internal static AttributeValue ToAttribute(BsonValue value) => value switch
    {
        BsonDecimal128 number => AttributeValue.Of(number.AsDecimal),
        BsonDouble number => ExactNumber.Of(number.Value) is var old && old.ToDecimal() is { } exact
            ? AttributeValue.Of(exact)
            : AttributeValue.Of(old.ToString()),
        BsonBoolean flag => AttributeValue.Of(flag.Value),
        _ => AttributeValue.Of(value.AsString),
    };

    /// <summary>For the field <c>keys.phone</c>: the forms by which a rule finds the number.</summary>
    public static IReadOnlyList<string>? PhoneKeys(string? phone, string? e164) => phone is null ? null : PhoneNumber.KeysOf(phone, e164);

    private static string? Key(string? text) => text is null ? null : TextKey.Of(text);

    internal sealed record CustomerKeys
    {
        public required string Name { get; init; }

        public string? Email { get; init; }

        public IReadOnlyList<string>? Phone { get; init; }

        public string? City { get; init; }

        public string? Country { get; init; }

        public IReadOnlyList<string>? Tags { get; init; }

        public BsonDocument? Attributes { get; init; }
    }
}
