using System.Collections.Concurrent;
using System.Globalization;
using Aspire.Hosting;
using Aspire.Hosting.Testing;
using XenoCrm.Tests.Support;

namespace XenoCrm.SystemTests.AppHost;

/// <summary>
/// What the AppHost's Program.cs makes of each way to run or publish the application. It is held where it would go on to
/// build and start it, and stays there: to go on with one is to start it.
/// </summary>
public sealed class DistributedModels : IDisposable
{
    /// <summary>The first port; nobody listens there.</summary>
    internal const int Port = 15_900;

    private readonly TempFolder folder = new();
    private readonly ConcurrentDictionary<string, Task<IDistributedApplicationTestingBuilder>> models = new();

    internal string DataFolder => folder.Path;

    internal async Task<IDistributedApplicationBuilder> GetAsync(string way)
    {
        string[] arguments = way switch
        {
            "published" => ["--publisher", "manifest", "--output-path", "none.json"],

            // Only what answers makes the difference, and this program does, whatever it is asked.
            "in containers" => ["ASPIRE_CONTAINER_RUNTIME=true"],
            "without containers" => ["XENOCRM_CONTAINERS=off"],
            "embedded" => ["XENOCRM_CONTAINERS=off", "XENOCRM_REDIS=off"],
            _ => throw new ArgumentOutOfRangeException(nameof(way), way, null),
        };
        if (way == "in containers")
        {
            Unix.Require();
        }
        else if (way == "without containers")
        {
            Tools.RedisServer();
        }

        return await models.GetOrAdd(way, _ => DistributedApplicationTestingBuilder.CreateAsync<Projects.XenoCrm_AppHost>(
            [
                string.Create(CultureInfo.InvariantCulture, $"XENOCRM_PORT={Port}"),
                $"XENOCRM_DATA={folder.Path}",
                "Parameters:webhook-secret=the-secret-of-the-models-tests",
                .. arguments,
            ],
            CancellationToken.None));
    }

    public void Dispose() => folder.Dispose();
}
