using System.Linq.Expressions;
using MongoDB.Bson;
using MongoDB.Driver;
using MongoDB.Driver.Linq;
using XenoCrm.Core.Campaigns;
using XenoCrm.Core.Customers;
using XenoCrm.Core.Suppressions;
using Row = XenoCrm.Data.Mongo.MongoLogFields;

namespace XenoCrm.Data.Mongo;

/// <summary>
/// A document of <c>erasures</c>, there from before the first thing is erased, and for a week after the last:
/// <code>
/// { _id: "c1", emailHash: "9f86…", at: ISODate, doneAt: ISODate }
/// </code>
/// </summary>
internal sealed record MongoErasure
{
    public required string Id { get; init; }

    /// <summary>See <see cref="ErasedPeople.HashOf"/>; null if there was no address.</summary>
    public string? EmailHash { get; init; }

    public required DateTimeOffset At { get; init; }

    public DateTimeOffset? DoneAt { get; init; }
}

/// <summary>Erases people everywhere. What a crash cuts off is finished by the next call, or by <see cref="MongoRepair"/>.</summary>
internal sealed class MongoErasures(MongoStore store, MongoSuppressions suppressions, TimeProvider time)
{
    private const int StepSize = 500;

    // How far the clocks of two machines may be apart.
    private static readonly TimeSpan ClockSkew = TimeSpan.FromMinutes(5);

    /// <summary>False if there is no such customer.</summary>
    public async Task<bool> EraseAsync(string id, CancellationToken cancellationToken)
    {
        if (!await store.RunAsync(token => AnnounceAsync(id, token), cancellationToken))
        {
            return false;
        }

        await FinishAsync(id, cancellationToken);
        return true;
    }

    public async Task FinishAsync(string id, CancellationToken cancellationToken)
    {
        var campaigns = await store.RunAsync(
            async token =>
            {
                await DeleteAsync(id, token);
                await MongoFaults.AgainAfterConflictAsync(() => store.Orders.UpdateManyAsync(
                    order => order.CustomerId == id, MongoOrder.WithoutPerson, cancellationToken: token));

                // A campaign that begins later finds the erasure when it is launched.
                return await store.Find(store.Campaigns, FilterDefinition<MongoCampaign>.Empty)
                    .Project(campaign => campaign.Id)
                    .ToListAsync(token);
            },
            cancellationToken);

        // By campaign and customer the log has an index; by customer alone it would need another one as large.
        foreach (var step in campaigns.Chunk(StepSize))
        {
            await store.RunAsync(
                token => EraseRowsAsync(row => step.Contains(row.CampaignId) && row.CustomerId == id, token), cancellationToken);
        }

        await store.RunAsync(token => store.Contacts.DeleteOneAsync(contact => contact.Id == id, token), cancellationToken);
        await store.RunAsync(
            token => store.Erasures.UpdateOneAsync(
                erasure => erasure.Id == id,
                Builders<MongoErasure>.Update.Set(erasure => erasure.DoneAt, time.GetUtcNow()),
                cancellationToken: token),
            cancellationToken);
    }

    /// <summary>Erases from a campaign, before it starts, those who were erased while its audience was being written.</summary>
    public async Task EraseFromAsync(MongoCampaign campaign, CancellationToken cancellationToken)
    {
        var since = campaign.CreatedAt - ClockSkew;
        var erased = await store.Find(store.Erasures, erasure => erasure.At >= since)
            .Project(erasure => erasure.Id)
            .ToListAsync(cancellationToken);
        if (erased.Count > 0)
        {
            await EraseRowsAsync(row => row.CampaignId == campaign.Id && erased.Contains(row.CustomerId), cancellationToken);
        }
    }

    /// <summary>Who was erased since then, or a little before: the moment may be of another machine's clock.</summary>
    public async Task<ErasedPeople> SinceAsync(DateTimeOffset moment, CancellationToken cancellationToken)
    {
        var since = moment - ClockSkew;
        var erased = await store.RunAsync(
            token => store.Find(store.Erasures, erasure => erasure.At >= since).ToListAsync(token), cancellationToken);
        return new ErasedPeople(
            erased.Select(erasure => erasure.Id).ToHashSet(),
            erased.Select(erasure => erasure.EmailHash).OfType<string>().ToHashSet());
    }

    /// <summary>Whoever comes again under the address of one who had unsubscribed still does not want to be written to.</summary>
    private async Task DeleteAsync(string id, CancellationToken cancellationToken)
    {
        while (await store.Find(store.Customers, one => one.Id == id).FirstOrDefaultAsync(cancellationToken) is { } customer)
        {
            await suppressions.AddAsync(NewSuppression.OfErased(customer.ToCustomer(), time.GetUtcNow()), cancellationToken);

            // Not one who has changed their wish, or their address, since it was read.
            var deleted = await store.Customers.DeleteOneAsync(
                one => one.Id == id && one.Unsubscribed == customer.Unsubscribed && one.Email == customer.Email
                    && one.Phone == customer.Phone,
                cancellationToken);
            if (deleted.DeletedCount > 0)
            {
                return;
            }
        }
    }

    private async Task<bool> AnnounceAsync(string id, CancellationToken cancellationToken)
    {
        if (await store.Find(store.Customers, one => one.Id == id).FirstOrDefaultAsync(cancellationToken) is not { } customer)
        {
            // An erasure that was cut off after it had begun with the customer is still to be finished.
            return await store.Find(store.Erasures, erasure => erasure.Id == id && Mql.IsMissing(erasure.DoneAt))
                .AnyAsync(cancellationToken);
        }

        var announce = Builders<MongoErasure>.Update.Set(erasure => erasure.At, time.GetUtcNow()).Unset(erasure => erasure.DoneAt);
        await store.Erasures.UpdateOneAsync(
            erasure => erasure.Id == id,
            customer.Email is { } email ? announce.Set(erasure => erasure.EmailHash, ErasedPeople.HashOf(email)) : announce,
            new UpdateOptions { IsUpsert = true },
            cancellationToken);
        return true;
    }

    /// <summary>
    /// What has not gone out must not; a row that the vendor has may still rise by its receipt. A pipeline in BSON, one step a
    /// row, so that nobody sees half of it.
    /// </summary>
    private Task EraseRowsAsync(Expression<Func<MongoLogRow, bool>> those, CancellationToken cancellationToken)
    {
        static BsonDocument Is(DeliveryStatus status) => new("$eq", new BsonArray { Row.Status.Value, status });
        static BsonDocument If(BsonValue condition, BsonValue then, BsonValue otherwise) =>
            new("$cond", new BsonArray { condition, then, otherwise });
        var pending = Is(DeliveryStatus.Pending);
        var unsent = new BsonDocument("$or", new BsonArray { pending, Is(DeliveryStatus.Failed) });
        return MongoFaults.AgainAfterConflictAsync(() => store.Log.UpdateManyAsync(
            those,
            Builders<MongoLogRow>.Update.Pipeline(new BsonDocument[]
            {
                new("$set", new BsonDocument
                {
                    { Row.FailureReason.Name, If(unsent, SkipReason.Erased, Row.FailureReason.Value) },
                    { Row.Status.Name, If(pending, DeliveryStatus.Skipped, Row.Status.Value) },
                    { Row.UpdatedAt.Name, time.GetUtcNow().ToBson() },
                }),
                new("$unset", new BsonArray { Row.Recipient.Name, Row.Message.Name, Row.DueAt.Name, Row.HourAt.Name, Row.Lease.Name }),
            }),
            cancellationToken: cancellationToken));
    }
}
