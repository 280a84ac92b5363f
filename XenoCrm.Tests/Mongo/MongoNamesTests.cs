using MongoDB.Bson.Serialization;
using XenoCrm.Data.Mongo;

namespace XenoCrm.Tests.Mongo;

/// <summary>A property may be renamed; what is stored under its name may not be lost.</summary>
public sealed class MongoNamesTests
{
    [Theory]
    [InlineData(typeof(MongoAccount), "_id settings")]
    [InlineData(typeof(MongoAdminList), "_id ids")]
    [InlineData(typeof(MongoAuditEntry), "_id at actor action subject detail")]
    [InlineData(typeof(MongoCampaign), "_id segmentId name messageTemplate status pausedReason tags createdBy createdAt completedAt open "
        + "preparingUntil idempotencyKey requestHash audience nextSeq round renewing sentBefore failedBefore warnings frozen "
        + "plan version startsAt preparation perMinute pacedUntil transactional hours series startProblem rounds")]
    [InlineData(typeof(MongoCampaign.FrozenCounts), "sent failed skipped")]
    [InlineData(typeof(MongoCampaign.EndedRound), "retriedAt retriedBy sent failed skipped failures")]
    [InlineData(typeof(MongoCampaign.CountedReason), "reason count")]
    [InlineData(typeof(MongoContact), "_id sent revision")]
    [InlineData(typeof(MongoContact.SentMessage), "rowId at")]
    [InlineData(typeof(MongoCustomer), "_id name email phone phoneE164 city country timeZone tags attributes createdAt unsubscribed "
        + "emailSuppressed phoneSuppressed totalSpend orderCount averageOrderValue firstOrderAt lastOrderAt totalsRevision keys")]
    [InlineData(typeof(MongoCustomer.CustomerKeys), "name email phone city country tags attributes")]
    [InlineData(typeof(MongoErasure), "_id emailHash at doneAt")]
    [InlineData(typeof(MongoImport), "_id kind status rows accepted rejected errors message replica by createdAt completedAt form")]
    [InlineData(typeof(MongoImport.ImportError), "row field message")]
    [InlineData(typeof(MongoImport.ImportFormDocument), "encoding separator hasHint columns dates rows dryRun")]
    [InlineData(typeof(MongoImport.ImportColumnDocument), "name field")]
    [InlineData(typeof(MongoKey), "_id name nameKey hash scopes createdBy createdAt expiresAt lastUsedAt")]
    [InlineData(typeof(MongoLogRow), "_id campaignId customerId seq recipient message status round vendorMessageId failureReason attempts "
        + "maybeHanded dueAt hourAt lease createdAt updatedAt")]
    [InlineData(typeof(MongoOrder), "_id customerId emailKey amount placedAt items itemKeys refundOf emailHash")]
    [InlineData(typeof(MongoPerson), "_id via email emailKey name role subject domain firstSignInAt lastSignInAt")]
    [InlineData(typeof(MongoProtectionKey), "_id xml")]
    [InlineData(typeof(MongoRejection), "_id row field message")]
    [InlineData(typeof(MongoSegment), "_id name rule prompt createdBy createdAt audience visible archived campaignId idempotencyKey")]
    [InlineData(typeof(MongoSession), "_id personId startedAt expiresAt")]
    [InlineData(typeof(MongoSuppression), "_id kind reason at by")]
    [InlineData(typeof(MongoSuppressionKey), "_id key")]
    [InlineData(typeof(MongoUnsettled), "_id at customers emails orders")]
    public void Documents_keep_the_names_of_their_fields(Type document, string names)
    {
        MongoMapping.Register();
        Assert.Equal(names, string.Join(' ', BsonClassMap.LookupClassMap(document).AllMemberMaps.Select(member => member.ElementName)));
    }
}
