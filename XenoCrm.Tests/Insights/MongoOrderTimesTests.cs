using XenoCrm.Core.Customers;
using XenoCrm.Core.Orders;
using XenoCrm.Core.Segments;
using XenoCrm.Tests.Mongo;

namespace XenoCrm.Tests.Insights;

public sealed class MongoOrderTimesTests(MongoFixture mongo) : OrderTimesContract, IClassFixture<MongoFixture>, IAsyncLifetime
{
    private MongoStores? stores;

    protected override ICustomerStore Customers => stores!.Customers;

    protected override IOrderStore Orders => stores!.Orders;

    protected override ISegmentStore Segments => stores!.Segments;

    public async ValueTask InitializeAsync() => stores = await mongo.StoresAsync();

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
