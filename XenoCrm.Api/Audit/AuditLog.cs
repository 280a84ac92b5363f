using System.Diagnostics.Metrics;
using System.Security.Claims;
using XenoCrm.Core;
using XenoCrm.Core.Audit;

namespace XenoCrm.Api.Audit;

/// <summary>
/// Writes down who did what, once it is done. If that cannot be stored, what was done stands and is answered as done, since
/// a caller that is told otherwise does it again; the log and a metric say that an entry is missing.
/// </summary>
internal sealed partial class AuditLog
{
    public const string Meter = "XenoCrm.Audit";

    private readonly IAuditStore store;
    private readonly TimeProvider time;
    private readonly ILogger<AuditLog> logger;
    private readonly Counter<long> lost;
    private readonly Lock gate = new();
    private DateTimeOffset last;

    public AuditLog(IAuditStore store, TimeProvider time, IMeterFactory meters, ILogger<AuditLog> logger)
    {
        this.store = store;
        this.time = time;
        this.logger = logger;
        lost = meters.Create(Meter).CreateCounter<long>("xenocrm.audit.lost", "{entry}", "Audit entries that could not be stored.");
    }

    public Task WriteAsync(ClaimsPrincipal actor, string action, string? subject = null, string? detail = null) =>
        WriteAsync(actor.Identity?.Name ?? "", actor.FindFirstValue(ClaimTypes.NameIdentifier) ?? "", action, subject, detail);

    /// <param name="actor">An address, or <c>key:NAME</c>.</param>
    /// <param name="actorId">For our own log, which names no addresses.</param>
    /// <param name="action">Of <see cref="AuditAction"/>.</param>
    /// <param name="subject">The id of what it was done to, where it is one thing.</param>
    /// <param name="detail">Nothing personal.</param>
    public async Task WriteAsync(string actor, string actorId, string action, string? subject, string? detail)
    {
        var now = time.GetUtcNow();
        var entry = new AuditEntry(NextId(now), now, actor, action, subject, detail);
        try
        {
            // The caller may go away; what was done is written down all the same.
            await store.AddAsync(entry, CancellationToken.None);
        }
        catch (StoreUnavailableException e)
        {
            lost.Add(1);
            Log.Lost(logger, action, subject, actorId, e.Message);
        }
    }

    // Entries of one millisecond stay in their order, since the list is ordered by id.
    private string NextId(DateTimeOffset now)
    {
        lock (gate)
        {
            var next = last.AddMilliseconds(1);
            last = now > next ? now : next;
            return Guid.CreateVersion7(last).ToString();
        }
    }

    private static partial class Log
    {
        [LoggerMessage(
            Level = LogLevel.Error,
            Message = "The audit log lacks an entry that could not be stored: {Action} of {Subject} by {ActorId}. {Reason}")]
        public static partial void Lost(ILogger logger, string action, string? subject, string actorId, string reason);
    }
}

/// <summary>What is written down.</summary>
internal static class AuditAction
{
    public const string SegmentCreated = "segment.created";
    public const string SegmentChanged = "segment.changed";
    public const string CampaignCreated = "campaign.created";
    public const string CampaignDrafted = "campaign.drafted";
    public const string CampaignChanged = "campaign.changed";
    public const string CampaignDeleted = "campaign.deleted";
    public const string CampaignLaunched = "campaign.launched";
    public const string CampaignUnscheduled = "campaign.unscheduled";
    public const string CampaignTested = "campaign.tested";
    public const string CampaignPaused = "campaign.paused";
    public const string CampaignResumed = "campaign.resumed";
    public const string CampaignCancelled = "campaign.cancelled";
    public const string CampaignRetried = "campaign.retried";
    public const string CampaignLogExported = "campaign.log-exported";
    public const string CustomerErased = "customer.erased";
    public const string CustomersExported = "customers.exported";
    public const string SuppressionAdded = "suppression.added";
    public const string SuppressionRemoved = "suppression.removed";
    public const string SuppressionsImported = "suppressions.imported";
    public const string OrderDeleted = "order.deleted";
    public const string SignedOutEverywhere = "person.signed-out-everywhere";
    public const string ReceiptsReplayed = "receipts.replayed";
    public const string ReceiptsDiscarded = "receipts.discarded";
    public const string KeyCreated = "key.created";
    public const string KeyRevoked = "key.revoked";
    public const string RoleChanged = "person.role-changed";
    public const string PersonRemoved = "person.removed";
    public const string FirstSignIn = "person.first-sign-in";
    public const string SignInRefused = "person.sign-in-refused";
    public const string AccountChanged = "account.changed";
    public const string SampleShopLoaded = "sample-shop.loaded";
    public const string SampleShopRemoved = "sample-shop.removed";

    /// <summary>All of them, as a filter offers them.</summary>
    public static IReadOnlyList<string> All { get; } =
        [
            SegmentCreated, SegmentChanged, CampaignCreated, CampaignDrafted, CampaignChanged, CampaignDeleted, CampaignLaunched,
            CampaignUnscheduled, CampaignTested, CampaignPaused, CampaignResumed, CampaignCancelled, CampaignRetried, CampaignLogExported,
            CustomerErased, CustomersExported, SuppressionAdded, SuppressionRemoved, SuppressionsImported, OrderDeleted,
            ReceiptsReplayed, ReceiptsDiscarded, KeyCreated, KeyRevoked, FirstSignIn,
            SignInRefused, RoleChanged, PersonRemoved, SignedOutEverywhere, AccountChanged, SampleShopLoaded, SampleShopRemoved
        ];
}
