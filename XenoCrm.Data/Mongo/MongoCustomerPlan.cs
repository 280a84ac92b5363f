using MongoDB.Bson;
using MongoDB.Driver;
using XenoCrm.Core.Customers;
using XenoCrm.Core.Text;
using Names = XenoCrm.Data.Mongo.MongoCustomer.Names;

namespace XenoCrm.Data.Mongo;

/// <summary>
/// What rows do to customers, found out in memory, one after the other; then one write for each customer. A change sets
/// only the fields that its rows name, so that it does not undo what another process writes to the others.
/// </summary>
internal sealed class MongoCustomerPlan
{
    private readonly DateTimeOffset now;
    private readonly Dictionary<string, Entry> customers;
    private readonly Dictionary<string, Entry> byEmail;
    private readonly HashSet<string> givenUp = [];

    /// <param name="stored">The customers whom the rows can mean, by id, with the key of the address.</param>
    /// <param name="now">When a new customer is created.</param>
    public MongoCustomerPlan(Dictionary<string, string?> stored, DateTimeOffset now)
    {
        this.now = now;
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
        customers.Values.Select(customer => (customer.Id, customer.ToWrite()!)).Where(write => write.Item2 is not null);

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
        private readonly string? storedEmailKey;
        private readonly BsonDocument set = [];
        private readonly HashSet<string> unset = [];
        private readonly Dictionary<string, AttributeValue?> attributes = [];
        private Customer? created;
        private bool clearsAttributes;
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
            SetText(Names.Name, row.Name);
            SetText(Names.Email, row.Email);
            if (row.Phone is { } phone)
            {
                SetBoth(Names.Phone, phone.Length == 0 ? null : (BsonString)phone, phone.Length == 0 ? null : new BsonArray(
                    MongoCustomer.PhoneKeys(phone, row.PhoneE164)));
                SetOne(Names.PhoneE164, phone.Length == 0 || row.PhoneE164 is null ? null : (BsonString)row.PhoneE164);
            }

            SetText(Names.City, row.City);
            SetText(Names.Country, row.Country);
            if (row.Tags is { } tags)
            {
                SetBoth(Names.Tags, tags.Count == 0 ? null : new BsonArray(tags), tags.Count == 0 ? null : new BsonArray(tags.Select(TextKey.Of)));
            }

            if (row.ClearsAttributes)
            {
                clearsAttributes = true;
                attributes.Clear();
            }

            foreach (var (key, value) in row.Attributes ?? new Dictionary<string, AttributeValue?>())
            {
                attributes[key] = value;
            }

            Set(Names.CreatedAt, row.CreatedAt?.ToBson());
            Set(Names.Unsubscribed, row.Unsubscribed is { } unsubscribed ? (BsonBoolean)unsubscribed : null);
        }

        public WriteModel<MongoCustomer>? ToWrite()
        {
            if (created is not null)
            {
                return new InsertOneModel<MongoCustomer>(MongoCustomer.Of(created));
            }

            SetAttributes();
            if (set.ElementCount == 0 && unset.Count == 0)
            {
                return null;
            }

            var filter = new BsonDocument(Names.Id, Id);
            return new UpdateOneModel<MongoCustomer>(
                foundByAddress && storedEmailKey is not null ? filter.Add(Names.EmailKey, storedEmailKey) : filter,
                Query.Change(set, [.. unset]));
        }

        private void SetAttributes()
        {
            if (clearsAttributes)
            {
                var all = attributes.Where(pair => pair.Value is not null).ToDictionary(pair => pair.Key, pair => pair.Value!.Value);
                SetBoth(Names.Attributes, MongoCustomer.ToBson(all), MongoCustomer.ToKeys(all));
                return;
            }

            // A key has nothing in it that MongoDB takes for a path.
            foreach (var (key, value) in attributes)
            {
                SetBoth($"{Names.Attributes}.{key}", value is { } given ? MongoCustomer.ToBson(given) : null, value is { } known
                    ? MongoCustomer.ToKey(known) : null);
            }
        }

        private void SetText(string name, string? text)
        {
            if (text is not null)
            {
                SetBoth(name, text.Length == 0 ? null : (BsonString)text, text.Length == 0 ? null : (BsonString)TextKey.Of(text));
            }
        }

        private void SetBoth(string name, BsonValue? value, BsonValue? key)
        {
            SetOne(name, value);
            SetOne(Names.Keys + name, key);
        }

        private void SetOne(string name, BsonValue? value)
        {
            if (value is null)
            {
                unset.Add(name);
                set.Remove(name);
                return;
            }

            unset.Remove(name);
            Set(name, value);
        }

        private void Set(string name, BsonValue? value)
        {
            if (value is not null)
            {
                set[name] = value;
            }
        }
    }
}
