using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;
using XenoCrm.Core.Campaigns;
using XenoCrm.Core.Customers;
using XenoCrm.Core.Imports;
using XenoCrm.Core.Orders;
using XenoCrm.Core.Receipts;
using XenoCrm.Core.Segments;
using XenoCrm.Core.Suppressions;
using XenoCrm.Data.Mongo;
using XenoCrm.Tests.Support;

namespace XenoCrm.Tests.Mongo;

/// <summary>All that one process has of a store, with a clock that stands still.</summary>
internal sealed class MongoStores
{
    public MongoStores(MongoStore store, FakeTimeProvider? clock = null)
    {
        // Ahead of the server: it deletes by its own clock what was erased a week ago.
        Clock = clock ?? new FakeTimeProvider(new DateTimeOffset(2126, 11, 22, 8, 0, 0, TimeSpan.Zero));
        Store = store;
        Progress = new MongoCampaignProgress(store);
        var totals = new MongoTotals(store, Clock);
        var suppressions = new MongoSuppressions(store);
        var erasures = new MongoErasures(store, suppressions, Clock);
        var writer = new MongoCustomerWriter(store, totals, suppressions, Clock);
        Customers = new MongoCustomerStore(store, writer, erasures, Accounts.InUtc);
        Orders = new MongoOrderStore(store, totals);
        Imports = new MongoImportStore(store, writer, Orders, erasures, suppressions, Clock);
        Segments = new MongoSegmentStore(store, Accounts.InUtc);
        Campaigns = new MongoCampaignStore(store, Progress, erasures);
        Outbox = new MongoOutbox(store, Progress, suppressions);
        Suppressions = new MongoSuppressionStore(store, suppressions);
        Receipts = new MongoReceiptStore(store, Progress, Clock);
        Repair = new MongoRepair(
            store, totals, erasures, Progress, Clock, Options.Create(new MongoStoreOptions()), NullLogger<MongoRepair>.Instance);
    }

    public FakeTimeProvider Clock { get; }

    public MongoStore Store { get; }

    public MongoCampaignProgress Progress { get; }

    public ICustomerStore Customers { get; }

    public IOrderStore Orders { get; }

    public IImportStore Imports { get; }

    public ISegmentStore Segments { get; }

    public ICampaignStore Campaigns { get; }

    public IOutbox Outbox { get; }

    public IReceiptStore Receipts { get; }

    public ISuppressionStore Suppressions { get; }

    public MongoRepair Repair { get; }
}
