using MongoDB.Driver;
using XenoCrm.Core.Account;
using XenoCrm.Core.Campaigns;

namespace XenoCrm.Data.Mongo;

internal sealed class MongoContactStore(MongoStore store) : IContactStore
{
    public Task<IReadOnlySet<MessageId>> LeaveAsync(
        IReadOnlyList<Contact> contacts, IReadOnlyList<FrequencyCap> caps, DateTimeOffset now, CancellationToken cancellationToken) =>
        store.RunAsync<IReadOnlySet<MessageId>>(
            async token =>
            {
                // Those with whom another sender was quicker are looked at anew.
                var held = new HashSet<MessageId>();
                for (var left = contacts; left.Count > 0;)
                {
                    var before = await FindAsync([.. left.Select(contact => contact.CustomerId)], token);
                    var writes = new List<(string Id, WriteModel<MongoContact> Model)>();
                    foreach (var contact in left)
                    {
                        var read = before.GetValueOrDefault(contact.CustomerId);
                        var history = HistoryOf(read);
                        if (history.TryLeave(contact, caps, now))
                        {
                            writes.Add((contact.CustomerId, Write(contact.CustomerId, read, history)));
                        }
                        else
                        {
                            held.Add(contact.MessageId);
                        }
                    }

                    var failed = writes.Count == 0 ? [] : await MongoBulk.WriteAsync(store.Contacts, writes, token);
                    left = [.. left.Where(contact => failed.Contains(contact.CustomerId))];
                }

                return held;
            },
            cancellationToken);

    public Task<IReadOnlySet<string>> FindCappedAsync(
        IReadOnlyList<string> customerIds, IReadOnlyList<FrequencyCap> caps, DateTimeOffset now, CancellationToken cancellationToken) =>
        store.RunAsync<IReadOnlySet<string>>(
            async token => (await FindAsync([.. customerIds], token)).Values
                .Where(one => HistoryOf(one).IsCapped(caps, now))
                .Select(one => one.Id)
                .ToHashSet(),
            cancellationToken);

    public async Task<long> CountCappedAsync(IReadOnlyList<FrequencyCap> caps, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var (capped, all) = (0L, Builders<MongoContact>.Projection.Include(one => one.Sent).Include(one => one.Revision));
        if (caps.Count > 0)
        {
            await foreach (var contact in store.StreamAsync(
                store.Contacts, FilterDefinition<MongoContact>.Empty, all, cancellationToken))
            {
                capped += HistoryOf(contact).IsCapped(caps, now) ? 1 : 0;
            }
        }

        return capped;
    }

    private static WriteModel<MongoContact> Write(string customerId, MongoContact? read, ContactHistory history)
    {
        var written = new MongoContact
        {
            Id = customerId,
            Sent = [.. history.Sent.Select(one => new MongoContact.SentMessage { RowId = one.Key, At = one.Value })],
            Revision = (read?.Revision ?? 0) + 1,
        };
        return read is null
            ? new InsertOneModel<MongoContact>(written)
            : new ReplaceOneModel<MongoContact>(
                Builders<MongoContact>.Filter.Where(one => one.Id == customerId && one.Revision == read.Revision), written);
    }

    private static ContactHistory HistoryOf(MongoContact? contact) =>
        new((contact?.Sent ?? []).Select(one => KeyValuePair.Create(one.RowId, one.At)));

    private async Task<Dictionary<string, MongoContact>> FindAsync(string[] customerIds, CancellationToken cancellationToken) =>
        (await store.Find(store.Contacts, one => customerIds.Contains(one.Id)).ToListAsync(cancellationToken))
            .ToDictionary(one => one.Id);
}
