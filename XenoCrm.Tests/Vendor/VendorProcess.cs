using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using XenoCrm.Tests.Support;
using XenoCrm.VendorSimulator;

namespace XenoCrm.Tests.Vendor;

/// <summary>The vendor as a process of its own, which can be killed.</summary>
internal sealed class VendorProcess : IDisposable
{
    private readonly Process process;

    private VendorProcess(Process process, Uri address)
    {
        this.process = process;
        Client = new HttpClient { BaseAddress = address };
    }

    public HttpClient Client { get; }

    public static async Task<VendorProcess> StartAsync(string folder, params IEnumerable<(string Key, string Value)> settings)
    {
        var address = new Uri($"http://127.0.0.1:{FreePort()}");
        var start = new ProcessStartInfo("dotnet", [typeof(VendorOptions).Assembly.Location])
        {
            WorkingDirectory = folder,
            Environment =
            {
                ["DOTNET_ENVIRONMENT"] = "Development",
                ["ASPNETCORE_ENVIRONMENT"] = "Development",
                ["ASPNETCORE_URLS"] = address.ToString(),
                ["XENOCRM_DATA"] = folder,
                ["Webhooks__Secrets__0"] = VendorServer.Secret,
                ["Logging__LogLevel__Default"] = "Warning",
            },
        };
        foreach (var (key, value) in settings)
        {
            start.Environment[key.Replace(":", "__", StringComparison.Ordinal)] = value;
        }

        var vendor = new VendorProcess(Process.Start(start)!, address);
        await Poll.UntilAsync(vendor.IsUpAsync, "the vendor to start");
        return vendor;
    }

    public void Kill()
    {
        process.Kill();
        process.WaitForExit();
    }

    public void Dispose()
    {
        if (!process.HasExited)
        {
            Kill();
        }

        Client.Dispose();
        process.Dispose();
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    private async Task<bool> IsUpAsync()
    {
        Assert.False(process.HasExited, "The vendor ended instead of starting.");
        try
        {
            using var answer = await Client.GetAsync("/health", TestContext.Current.CancellationToken);
            return answer.IsSuccessStatusCode;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }
}
