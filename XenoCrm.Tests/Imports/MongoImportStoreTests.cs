using XenoCrm.Core.Customers;
using XenoCrm.Core.Imports;
using XenoCrm.Tests.Mongo;

namespace XenoCrm.Tests.Imports;

public sealed class MongoImportStoreTests(MongoFixture mongo) : ImportStoreContract, IClassFixture<MongoFixture>, IAsyncLifetime
{
    private MongoStores? stores;

    protected override ICustomerStore Customers => stores!.Customers;

    protected override IImportStore Imports => stores!.Imports;

    protected override DateTimeOffset Now => stores!.Clock.GetUtcNow();

    public async ValueTask InitializeAsync() => stores = await mongo.StoresAsync();

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
