using System.Diagnostics;
using System.Globalization;

namespace XenoCrm.Tests.Support;

/// <summary>The small programs under <c>samples/</c>, and the real purchase history that one of them reads.</summary>
internal static class SampleFiles
{
    /// <summary>The CDNOW master file; a test that needs it is skipped where it is not there.</summary>
    public static string Cdnow()
    {
        var history = Path.Combine(Repository.Root, "..", "shared", "data", "cdnow.txt");
        Assert.SkipUnless(File.Exists(history), "The CDNOW purchase history is not there: ../shared/data/cdnow.txt beside the repository.");
        return history;
    }

    /// <summary>What each customer of the raw file spent, in how many purchases: counted here, past all of our own code.</summary>
    public static IReadOnlyDictionary<string, (decimal Spend, int Count)> CdnowSpends() => File.ReadLines(Cdnow())
        // customer-id yyyymmdd units amount
        .Select(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries))
        .GroupBy(purchase => purchase[0], purchase => decimal.Parse(purchase[3], CultureInfo.InvariantCulture))
        .ToDictionary(customer => "customer-" + customer.Key, customer => (Spend: customer.Sum(), Count: customer.Count()));

    /// <summary>Runs a sample as a user would; it writes customers.csv and orders.csv into <paramref name="folder"/>.</summary>
    public static async Task RunAsync(string sample, string input, string folder)
    {
        var start = new ProcessStartInfo("dotnet", ["run", Path.Combine("samples", sample), "--", input, folder])
        {
            WorkingDirectory = Repository.Root,
            RedirectStandardError = true,
            RedirectStandardOutput = true,
        };
        using var process = Process.Start(start)!;
        var cancellation = TestContext.Current.CancellationToken;
        var output = await Task.WhenAll(
            process.StandardOutput.ReadToEndAsync(cancellation), process.StandardError.ReadToEndAsync(cancellation));
        await process.WaitForExitAsync(cancellation);
        Assert.True(process.ExitCode == 0, string.Concat(output));
    }
}
