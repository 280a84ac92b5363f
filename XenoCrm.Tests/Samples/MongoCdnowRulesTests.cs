using XenoCrm.Core.Customers;
using XenoCrm.Core.Orders;
using XenoCrm.Core.Segments;
using XenoCrm.Tests.Mongo;

namespace XenoCrm.Tests.Samples;

public sealed class MongoCdnowRulesTests(MongoFixture mongo) : CdnowRulesContract, IClassFixture<MongoFixture>, IAsyncLifetime
{
    private MongoStores? stores;

    protected override ICustomerStore Customers => stores!.Customers;

    protected override IOrderStore Orders => stores!.Orders;

    protected override ISegmentStore Segments => stores!.Segments;

    // Each order takes round trips of its own: the whole file would take three minutes.
    protected override int OneIn => 10;

    public async ValueTask InitializeAsync() => stores = await mongo.StoresAsync();

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
