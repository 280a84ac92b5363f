using Microsoft.AspNetCore.DataProtection.Repositories;
using StackExchange.Redis;
using XenoCrm.Core.Audit;
using XenoCrm.Core.Campaigns;
using XenoCrm.Core.Customers;
using XenoCrm.Core.Imports;
using XenoCrm.Core.Keys;
using XenoCrm.Core.Orders;
using XenoCrm.Core.People;
using XenoCrm.Core.Receipts;
using XenoCrm.Core.Segments;
using XenoCrm.Data;
using XenoCrm.Data.Redis;
using XenoCrm.Tests.Support;

namespace XenoCrm.Tests.Stores;

public sealed class StoreChoiceTests
{
    private static readonly Type[] Seams =
    [
        typeof(ICustomerStore),
        typeof(IOrderStore),
        typeof(IImportStore),
        typeof(ISegmentStore),
        typeof(ICampaignStore),
        typeof(IOutbox),
        typeof(IReceiptStore),
        typeof(IPersonStore), typeof(IKeyStore), typeof(IAuditStore), typeof(IXmlRepository),
    ];

    [Fact]
    public async Task Without_a_connection_string_the_store_is_a_file_in_the_data_folder()
    {
        using var folder = new TempFolder();
        await using var services = Build(folder.Path, store: null, redis: null);
        Assert.All(Seams, seam => Assert.StartsWith("Sqlite", services.GetRequiredService(seam).GetType().Name, StringComparison.Ordinal));
        Assert.True(File.Exists(folder.File("xenocrm.db")));
    }

    [Fact]
    public async Task A_MongoDB_connection_string_chooses_MongoDB()
    {
        using var folder = new TempFolder();
        await using var services = Build(folder.Path, "mongodb://localhost:1/crm", redis: "localhost:1");
        Assert.All(Seams, seam => Assert.StartsWith("Mongo", services.GetRequiredService(seam).GetType().Name, StringComparison.Ordinal));
        Assert.Empty(Directory.EnumerateFileSystemEntries(folder.Path));
    }

    [Fact]
    public void MongoDB_needs_a_Redis_for_the_receipts()
    {
        var refused = Assert.Throws<InvalidOperationException>(() => Build("nowhere", "mongodb://localhost:1", redis: null));
        Assert.Contains("ConnectionStrings:redis", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Each_purpose_has_a_Redis_client_of_its_own()
    {
        using var folder = new TempFolder();
        using var redis = new RedisServer();
        await using var services = Build(folder.Path, store: null, redis.ConnectionString);
        var clients = ((string[])[RedisClients.Ingest, RedisClients.Work])
            .Select(services.GetRequiredKeyedService<IConnectionMultiplexer>)
            .ToList();
        Assert.Equal(["xenocrm-ingest", "xenocrm-work"], clients.Select(client => client.ClientName));
        Assert.All(clients, client => Assert.True(client.IsConnected));
    }

    private static ServiceProvider Build(string folder, string? store, string? redis)
    {
        var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings());
        builder.Configuration.AddInMemoryCollection(
            new Dictionary<string, string?> { ["ConnectionStrings:xenocrm"] = store, ["ConnectionStrings:redis"] = redis });
        builder.Services.AddSingleton(TimeProvider.System);
        builder.AddData(folder);
        return builder.Services.BuildServiceProvider();
    }
}
