using System.Diagnostics;
using System.Globalization;
using MongoDB.Bson;
using MongoDB.Driver;
using Testcontainers.MongoDb;
using XenoCrm.AppHost.Running;
using XenoCrm.Tests.Mongo;
using XenoCrm.Tests.Support;

[assembly: AssemblyFixture(typeof(MongoServer))]

namespace XenoCrm.Tests.Mongo;

/// <summary>
/// The MongoDB server of all tests, started when the first one asks: the one that <c>XENOCRM_TEST_MONGO</c> names, else a
/// <c>mongod</c> on the PATH, else a container. It ends with the tests.
/// </summary>
public sealed class MongoServer : IAsyncDisposable
{
    public const string WhyNone = "There is no MongoDB server to be had: XENOCRM_TEST_MONGO names none, mongod is not on the PATH, "
        + "and no container engine answers.";

    private static readonly TempFolder Folder = new();
    private static readonly Lazy<Started> Server = new(() => Task.Run(StartAsync).GetAwaiter().GetResult());

    /// <summary>Null where there is none.</summary>
    public static string? Address => Server.Value.Address;

    public async ValueTask DisposeAsync()
    {
        if (Server.IsValueCreated)
        {
            await Server.Value.EndAsync();
        }

        Folder.Dispose();
    }

    private static async Task<Started> StartAsync()
    {
        if (Environment.GetEnvironmentVariable("XENOCRM_TEST_MONGO") is { Length: > 0 } named)
        {
            return new(named, () => Task.CompletedTask);
        }

        if (Tools.Find("mongod") is { } program)
        {
            return await StartAsync(program);
        }

        if (!ContainerRuntime.Answers(new ConfigurationBuilder().AddEnvironmentVariables().Build()))
        {
            return new(null, () => Task.CompletedTask);
        }

        var container = new MongoDbBuilder("mongo:8").WithUsername("").WithPassword("").Build();
        await container.StartAsync();
        return new(container.GetConnectionString(), () => container.DisposeAsync().AsTask());
    }

    private static async Task<Started> StartAsync(string program)
    {
        var port = FreePorts.Row(1).ToString(CultureInfo.InvariantCulture);
        var process = OwnProcesses.Start(new ProcessStartInfo(
            program, ["--dbpath", Folder.Path, "--bind_ip", "127.0.0.1", "--port", port, "--logpath", Folder.File("mongod.log")])
        {
            RedirectStandardOutput = true,
        });
        var address = $"mongodb://127.0.0.1:{port}";

        // The driver waits for it.
        using var client = new MongoClient($"{address}/?serverSelectionTimeoutMS=60000");
        await client.GetDatabase("admin").RunCommandAsync<BsonDocument>(new BsonDocument("ping", 1));
        return new(address, async () =>
        {
            process.Kill();
            await process.WaitForExitAsync();
            process.Dispose();
        });
    }

    private sealed record Started(string? Address, Func<Task> EndAsync);
}
