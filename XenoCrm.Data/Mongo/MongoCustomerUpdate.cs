using MongoDB.Bson;
using MongoDB.Driver;
using XenoCrm.Core.Customers;
using XenoCrm.Core.Suppressions;

namespace XenoCrm.Data.Mongo;

/// <summary>What a change writes of a customer that is stored: the fields that it names, each with its key, and no others.</summary>
internal static class MongoCustomerUpdate
{
    private static readonly UpdateDefinitionBuilder<MongoCustomer> Update = Builders<MongoCustomer>.Update;

    private static readonly MongoField<MongoCustomer, string?> Name = new(customer => customer.Name);
    private static readonly MongoField<MongoCustomer, string?> NameKey = new(customer => customer.Keys.Name);
    private static readonly MongoField<MongoCustomer, string?> Email = new(customer => customer.Email);
    private static readonly MongoField<MongoCustomer, string?> EmailKey = new(customer => customer.Keys.Email);
    private static readonly MongoField<MongoCustomer, string?> Phone = new(customer => customer.Phone);
    private static readonly MongoField<MongoCustomer, string?> PhoneE164 = new(customer => customer.PhoneE164);
    private static readonly MongoField<MongoCustomer, IReadOnlyList<string>?> PhoneKeys = new(customer => customer.Keys.Phone);
    private static readonly MongoField<MongoCustomer, string?> City = new(customer => customer.City);
    private static readonly MongoField<MongoCustomer, string?> CityKey = new(customer => customer.Keys.City);
    private static readonly MongoField<MongoCustomer, string?> Country = new(customer => customer.Country);
    private static readonly MongoField<MongoCustomer, string?> CountryKey = new(customer => customer.Keys.Country);
    private static readonly MongoField<MongoCustomer, string?> TimeZone = new(customer => customer.TimeZone);
    private static readonly MongoField<MongoCustomer, IReadOnlyList<string>?> Tags = new(customer => customer.Tags);
    private static readonly MongoField<MongoCustomer, IReadOnlyList<string>?> TagKeys = new(customer => customer.Keys.Tags);
    private static readonly MongoField<MongoCustomer, BsonDocument?> Attributes = new(customer => customer.Attributes);
    private static readonly MongoField<MongoCustomer, BsonDocument?> AttributeKeys = new(customer => customer.Keys.Attributes);
    private static readonly MongoField<MongoCustomer, DateTimeOffset> CreatedAt = new(customer => customer.CreatedAt);
    private static readonly MongoField<MongoCustomer, bool> Unsubscribed = new(customer => customer.Unsubscribed);
    private static readonly MongoField<MongoCustomer, bool?> EmailSuppressed = new(customer => customer.EmailSuppressed);
    private static readonly MongoField<MongoCustomer, bool?> PhoneSuppressed = new(customer => customer.PhoneSuppressed);

    /// <summary>Null where the change says nothing.</summary>
    /// <param name="change">What is said.</param>
    /// <param name="suppressed">Those of its addresses that are on the suppression list.</param>
    public static UpdateDefinition<MongoCustomer>? Of(CustomerChange change, IReadOnlySet<ContactAddress> suppressed)
    {
        // As it would be stored of somebody of whom nothing else is known. Attributes that are merged are written one by one.
        var whole = change.ClearsAttributes ? change : change with { Attributes = null };
        var form = MongoCustomer.Of(whole.ApplyTo(new Customer { Id = "", Name = "", CreatedAt = default }), suppressed);
        List<UpdateDefinition<MongoCustomer>?> updates =
        [
            Put(change.Name, Name, form.Name),
            Put(change.Name, NameKey, form.Keys.Name),
            Put(change.Email, Email, form.Email),
            Put(change.Email, EmailKey, form.Keys.Email),
            Put(change.Phone, Phone, form.Phone),
            Put(change.Phone, PhoneE164, form.PhoneE164),
            Put(change.Phone, PhoneKeys, form.Keys.Phone),
            Flag(change.Email, EmailSuppressed, form.EmailSuppressed),
            Flag(change.Phone, PhoneSuppressed, form.PhoneSuppressed),
            Put(change.City, City, form.City),
            Put(change.City, CityKey, form.Keys.City),
            Put(change.Country, Country, form.Country),
            Put(change.Country, CountryKey, form.Keys.Country),
            Put(change.TimeZone, TimeZone, form.TimeZone),
            Put(change.Tags, Tags, form.Tags),
            Put(change.Tags, TagKeys, form.Keys.Tags),
            change.CreatedAt is null ? null : Update.Set(CreatedAt, form.CreatedAt),
            change.Unsubscribed is null ? null : Update.Set(Unsubscribed, form.Unsubscribed),
            .. change.ClearsAttributes
                ? [Put(change, Attributes, form.Attributes), Put(change, AttributeKeys, form.Keys.Attributes)]
                : OfEach(change.Attributes),
        ];
        updates.RemoveAll(update => update is null);
        return updates.Count == 0 ? null : Update.Combine(updates);
    }

    private static UpdateDefinition<MongoCustomer>? Put<T>(object? said, MongoField<MongoCustomer, T?> field, T? value)
        where T : class => said is null ? null : value is null ? Update.Unset(field) : Update.Set(field, value);

    private static UpdateDefinition<MongoCustomer>? Flag(string? said, MongoField<MongoCustomer, bool?> field, bool? value) =>
        said is null ? null : value is null ? Update.Unset(field) : Update.Set(field, value);

    // A key has nothing in it that MongoDB takes for a path.
    private static IEnumerable<UpdateDefinition<MongoCustomer>?> OfEach(IReadOnlyDictionary<string, AttributeValue?>? attributes)
    {
        foreach (var (key, value) in attributes ?? new Dictionary<string, AttributeValue?>())
        {
            var (field, keyField) = ($"{Attributes.Name}.{key}", $"{AttributeKeys.Name}.{key}");
            yield return value is { } given ? Update.Set(field, MongoCustomer.ToBson(given)) : Update.Unset(field);
            yield return value is { } known ? Update.Set(keyField, MongoCustomer.ToKey(known)) : Update.Unset(keyField);
        }
    }
}
