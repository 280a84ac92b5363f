using XenoCrm.Core.Customers;
using XenoCrm.Core.Orders;
using XenoCrm.Tests.Support;

namespace XenoCrm.Tests.Samples;

public sealed class SqliteSampleShopTests : SampleShopContract, IAsyncDisposable
{
    private readonly SqliteStores stores = new();

    protected override ICustomerStore Customers => stores.Customers;

    protected override IOrderStore Orders => stores.Orders;

    public ValueTask DisposeAsync() => stores.DisposeAsync();
}
