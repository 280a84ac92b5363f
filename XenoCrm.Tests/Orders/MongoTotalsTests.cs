using XenoCrm.Core.Customers;
using XenoCrm.Core.Orders;
using XenoCrm.Tests.Mongo;

namespace XenoCrm.Tests.Orders;

public sealed class MongoTotalsTests(MongoFixture mongo) : TotalsContract, IClassFixture<MongoFixture>, IAsyncLifetime
{
    private MongoStores? stores;

    protected override ICustomerStore Customers => stores!.Customers;

    protected override IOrderStore Orders => stores!.Orders;

    // Each takes some thousand round trips.
    protected override int Histories => 15;

    public async ValueTask InitializeAsync() => stores = await mongo.StoresAsync();

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
