using System.Diagnostics;
using XenoCrm.Tests.Support;
using XenoCrm.VendorSimulator;

namespace XenoCrm.Tests.Vendor;

/// <summary>The vendor as a process of its own, which can be killed.</summary>
internal sealed class VendorProcess : IDisposable
{
    private const string Listening = "Now listening on: ";

    private readonly Process process;
    private readonly TaskCompletionSource<Uri> address = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private VendorProcess(ProcessStartInfo start)
    {
        process = new Process { StartInfo = start };
        process.OutputDataReceived += (_, line) =>
        {
            // The system chose the port; the host says which.
            if (line.Data?.IndexOf(Listening, StringComparison.Ordinal) is >= 0 and var at)
            {
                address.TrySetResult(new Uri(line.Data[(at + Listening.Length)..]));
            }
            else if (line.Data is null)
            {
                address.TrySetException(new InvalidOperationException("The vendor ended instead of starting."));
            }
        };
    }

    public HttpClient Client { get; } = new();

    public static async Task<VendorProcess> StartAsync(string folder, params IEnumerable<(string Key, string Value)> settings)
    {
        var start = new ProcessStartInfo("dotnet", [typeof(VendorOptions).Assembly.Location])
        {
            WorkingDirectory = folder,
            RedirectStandardOutput = true,
            Environment =
            {
                ["ASPNETCORE_ENVIRONMENT"] = "Development",
                ["ASPNETCORE_URLS"] = "http://127.0.0.1:0",
                ["XENOCRM_DATA"] = folder,
                ["Webhooks__Secrets__0"] = VendorServer.Secret,
            },
        };
        foreach (var (key, value) in settings)
        {
            start.Environment[key.Replace(":", "__", StringComparison.Ordinal)] = value;
        }

        var vendor = new VendorProcess(start);
        vendor.process.Start();
        vendor.process.BeginOutputReadLine();
        vendor.Client.BaseAddress = await vendor.address.Task.WaitAsync(Poll.Limit, TestContext.Current.CancellationToken);
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
}
