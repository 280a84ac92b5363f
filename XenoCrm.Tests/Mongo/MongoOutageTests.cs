using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Options;
using MongoDB.Driver;
using XenoCrm.Core;
using XenoCrm.Core.Customers;
using XenoCrm.Data.Mongo;
using XenoCrm.Tests.Support;

namespace XenoCrm.Tests.Mongo;

/// <summary>A server that is not there, that says nothing, or that goes away and comes back.</summary>
public sealed class MongoOutageTests(MongoFixture mongo) : IClassFixture<MongoFixture>
{
    private static readonly MongoStoreOptions Impatient =
        new() { ConnectTimeout = TimeSpan.FromMilliseconds(500), QueryTimeout = TimeSpan.FromMilliseconds(500) };

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Nobody_listening_is_told_as_unavailable()
    {
        var stores = Open(FreePorts.Row(1));
        await Assert.ThrowsAsync<StoreUnavailableException>(() => stores.Customers.FindAsync("c1", Cancellation));
        await Assert.ThrowsAsync<StoreUnavailableException>(() => stores.Orders.AddAsync([], Cancellation));
        Assert.Equal(
            HealthStatus.Unhealthy,
            (await new MongoHealthCheck(stores.Store).CheckHealthAsync(new HealthCheckContext(), Cancellation)).Status);
    }

    [Fact]
    public async Task A_server_that_says_nothing_is_told_as_unavailable()
    {
        using var mute = new TcpListener(IPAddress.Loopback, 0);
        mute.Start();
        var stores = Open(((IPEndPoint)mute.LocalEndpoint).Port);
        await Assert.ThrowsAsync<StoreUnavailableException>(() => stores.Customers.FindAsync("c1", Cancellation));
    }

    [Fact]
    public async Task A_caller_who_goes_away_is_not_told_of_an_outage()
    {
        using var cancellation = new CancellationTokenSource();
        var stores = Open(FreePorts.Row(1), new MongoStoreOptions { ConnectTimeout = TimeSpan.FromMinutes(1) });
        var find = stores.Customers.FindAsync("c1", cancellation.Token);
        await cancellation.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => find);
    }

    [Fact]
    public async Task What_was_unavailable_works_again_without_a_restart()
    {
        await mongo.StoreAsync();
        var (host, port) = (MongoUrl.Create(MongoFixture.Server).Server.Host, MongoUrl.Create(MongoFixture.Server).Server.Port);
        await using var line = new CutLine(host, port);
        var stores = Open(line.Port, new MongoStoreOptions { QueryTimeout = TimeSpan.FromMinutes(5) });
        var health = new MongoHealthCheck(stores.Store);
        await Poll.UntilAsync(
            async () => (await health.CheckHealthAsync(new HealthCheckContext(), Cancellation)).Status == HealthStatus.Healthy,
            "the store to be healthy");
        await stores.Customers.UpsertAsync([new CustomerChange { Id = "c1", Name = "Mara" }], Cancellation);

        line.Cut();
        await Assert.ThrowsAsync<StoreUnavailableException>(
            () => stores.Customers.UpsertAsync([new CustomerChange { Id = "c1", Name = "Mara Lane" }], Cancellation));
        line.Mend();

        await Poll.UntilAsync(
            async () => (await health.CheckHealthAsync(new HealthCheckContext(), Cancellation)).Status == HealthStatus.Healthy,
            "the store to be healthy again");
        await stores.Customers.UpsertAsync([new CustomerChange { Id = "c1", City = "Köln" }], Cancellation);
        Assert.Equal("Köln", (await stores.Customers.FindAsync("c1", Cancellation))!.City);
    }

    private static MongoStores Open(int port, MongoStoreOptions? options = null)
    {
        options ??= Impatient;
        var settings = MongoClientSettings.FromConnectionString($"mongodb://127.0.0.1:{port}/?directConnection=true");
        MongoServices.Configure(settings, options);
        return new MongoStores(new MongoStore(new MongoClient(settings).GetDatabase("xenocrm_test_outage"), Options.Create(options)));
    }
}
