using XenoCrm.Core.Customers;
using XenoCrm.Core.Orders;
using XenoCrm.Tests.Mongo;

namespace XenoCrm.Tests.Orders;

public sealed class MongoOrderStoreTests(MongoFixture mongo) : OrderStoreContract, IClassFixture<MongoFixture>, IAsyncLifetime
{
    private MongoStores? stores;

    protected override ICustomerStore Customers => stores!.Customers;

    protected override IOrderStore Orders => stores!.Orders;

    public async ValueTask InitializeAsync() => stores = await mongo.StoresAsync();

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
