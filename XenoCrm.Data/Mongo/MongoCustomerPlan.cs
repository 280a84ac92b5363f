using MongoDB.Driver;
using XenoCrm.Core.Customers;
using XenoCrm.Core.Suppressions;
using XenoCrm.Core.Text;

namespace XenoCrm.Data.Mongo;

/// <summary>
/// What rows do to customers, found out in memory, one after the other; then one write for each customer. A change sets
/// only the fields that its rows name, so that it does not undo what another process writes to the others.
/// </summary>
internal sealed class MongoCustomerPlan
{
    private readonly DateTimeOffset now;
    private readonly IReadOnlySet<ContactAddress> suppressed;
    private readonly Dictionary<string, Entry> customers;
    private readonly Dictionary<string, Entry> byEmail;
    private readonly HashSet<string> givenUp = [];

    /// <param name="stored">The customers whom the rows can mean, by id, with the key of the address.</param>
    /// <param name="suppressed">Those of the rows' addresses that are on the suppression list.</param>
    /// <param name="now">When a new customer is created.</param>
    public MongoCustomerPlan(Dictionary<string, string?> stored, IReadOnlySet<ContactAddress> suppressed, DateTimeOffset now)
    {
        this.now = now;
        this.suppressed = suppressed;
        customers = stored.ToDictionary(customer => customer.Key, customer => new Entry(customer.Key, customer.Value));
        byEmail = customers.Values.Where(customer => customer.EmailKey is not null).ToDictionary(customer => customer.EmailKey!);
    }

    /// <summary>
    /// Null if the row must wait for the next plan, because its write could not stand beside those before it: it gives a
    /// customer a second address, or takes one that another has given up. The first row never has to.
    /// </summary>
    public CustomerResult? Add(CustomerChange row)
    {
        var emailKey = string.IsNullOrEmpty(row.Email) ? null : TextKey.Of(row.Email);
        var owner = emailKey is null ? null : byEmail.GetValueOrDefault(emailKey);
        if (owner is not null && row.Id is not null && row.Id != owner.Id)
        {
            return new CustomerResult(CustomerOutcome.EmailTaken, owner.Id);
        }

        var customer = row.Id is null ? owner : customers.GetValueOrDefault(row.Id);
        if (customer is null && row.Name is null)
        {
            return new CustomerResult(CustomerOutcome.NameMissing, row.Id);
        }

        var moves = row.Email is not null && emailKey != customer?.EmailKey;
        if (moves && (customer?.HasMoved == true || (emailKey is not null && givenUp.Contains(emailKey))))
        {
            return null;
        }

        var outcome = customer is null ? CustomerOutcome.Created : CustomerOutcome.Updated;
        if (customer is null)
        {
            customer = new Entry(row.Id ?? Guid.CreateVersion7(now).ToString(), row, now);
            customers.Add(customer.Id, customer);
        }
        else
        {
            customer.Change(row);
        }

        if (moves)
        {
            Move(customer, emailKey);
        }

        return new CustomerResult(outcome, customer.Id);
    }

    public IEnumerable<(string Id, WriteModel<MongoCustomer> Model)> Writes() =>
        customers.Values.Select(customer => (customer.Id, customer.ToWrite(suppressed)!)).Where(write => write.Item2 is not null);

    /// <summary>Whose totals may change: those who are new and may have orders already, and those with another address.</summary>
    public (List<string> Customers, List<string> Emails) Unsettled()
    {
        Entry[] unsettled = [.. customers.Values.Where(customer => customer.IsNew || customer.HasMoved)];
        return ([.. unsettled.Select(customer => customer.Id)], [.. unsettled.Select(customer => customer.EmailKey).OfType<string>()]);
    }

    private void Move(Entry customer, string? emailKey)
    {
        if (customer.EmailKey is { } old)
        {
            byEmail.Remove(old);
            givenUp.Add(old);
        }

        if (emailKey is not null)
        {
            byEmail[emailKey] = customer;
        }

        customer.MoveTo(emailKey);
    }

    private sealed class Entry
    {
        private static readonly MongoField<MongoCustomer, string> IdField = new(customer => customer.Id);
        private static readonly MongoField<MongoCustomer, string?> EmailKeyField = new(customer => customer.Keys.Email);

        private readonly string? storedEmailKey;
        private Customer? created;
        private CustomerChange? change;
        private bool foundByAddress;

        public Entry(string id, string? emailKey) => (Id, EmailKey, storedEmailKey) = (id, emailKey, emailKey);

        public Entry(string id, CustomerChange row, DateTimeOffset now)
        {
            Id = id;
            created = row.ApplyTo(new Customer { Id = id, Name = row.Name!, CreatedAt = now });
        }

        public string Id { get; }

        public string? EmailKey { get; private set; }

        public bool IsNew => created is not null;

        public bool HasMoved { get; private set; }

        public void MoveTo(string? emailKey) => (EmailKey, HasMoved) = (emailKey, true);

        public void Change(CustomerChange row)
        {
            if (created is not null)
            {
                created = row.ApplyTo(created);
                return;
            }

            foundByAddress |= row.Id is null;
            change = change is null ? row : Then(change, row);
        }

        public WriteModel<MongoCustomer>? ToWrite(IReadOnlySet<ContactAddress> suppressed)
        {
            if (created is not null)
            {
                return new InsertOneModel<MongoCustomer>(MongoCustomer.Of(created, suppressed));
            }

            if (change is null || MongoCustomerUpdate.Of(change, suppressed) is not { } update)
            {
                return null;
            }

            var filter = Builders<MongoCustomer>.Filter.Eq(IdField, Id);
            return new UpdateOneModel<MongoCustomer>(
                foundByAddress && storedEmailKey is not null
                    ? filter & Builders<MongoCustomer>.Filter.Eq(EmailKeyField, storedEmailKey)
                    : filter,
                update);
        }

        /// <summary>Both changes, one after the other.</summary>
        private static CustomerChange Then(CustomerChange first, CustomerChange next)
        {
            var attributes = new Dictionary<string, AttributeValue?>();
            foreach (var (key, value) in Attributes(next.ClearsAttributes ? null : first).Concat(Attributes(next)))
            {
                attributes[key] = value;
            }

            return new CustomerChange
            {
                Name = next.Name ?? first.Name,
                Email = next.Email ?? first.Email,
                Phone = next.Phone ?? first.Phone,
                PhoneE164 = next.Phone is null ? first.PhoneE164 : next.PhoneE164,
                City = next.City ?? first.City,
                Country = next.Country ?? first.Country,
                TimeZone = next.TimeZone ?? first.TimeZone,
                Tags = next.Tags ?? first.Tags,
                Attributes = attributes,
                ClearsAttributes = first.ClearsAttributes || next.ClearsAttributes,
                CreatedAt = next.CreatedAt ?? first.CreatedAt,
                Unsubscribed = next.Unsubscribed ?? first.Unsubscribed,
            };
        }

        private static IEnumerable<KeyValuePair<string, AttributeValue?>> Attributes(CustomerChange? change) =>
            (IEnumerable<KeyValuePair<string, AttributeValue?>>?)change?.Attributes ?? [];
    }
}
