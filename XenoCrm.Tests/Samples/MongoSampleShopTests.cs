using XenoCrm.Core.Customers;
using XenoCrm.Core.Orders;
using XenoCrm.Tests.Mongo;

namespace XenoCrm.Tests.Samples;

public sealed class MongoSampleShopTests(MongoFixture mongo) : SampleShopContract, IClassFixture<MongoFixture>, IAsyncLifetime
{
    private MongoStores? stores;

    protected override ICustomerStore Customers => stores!.Customers;

    protected override IOrderStore Orders => stores!.Orders;

    public async ValueTask InitializeAsync() => stores = await mongo.StoresAsync();

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
