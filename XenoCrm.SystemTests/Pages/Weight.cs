using System.Collections.Concurrent;
using System.Globalization;
using System.Text.Json;
using Microsoft.Playwright;

namespace XenoCrm.SystemTests.Pages;

/// <summary>What a page loads, as Chromium's own counter has it: headers, and bodies as they came over the wire.</summary>
internal sealed class Weight
{
    private readonly ConcurrentDictionary<string, string> addresses = new();
    private readonly ConcurrentDictionary<string, long> sizes = new();

    private Weight()
    {
    }

    public int Files => sizes.Count;

    public long Bytes => sizes.Values.Sum();

    /// <summary>Counts from now on; a new visit has an empty cache.</summary>
    public static async Task<Weight> CountAsync(Visit visit)
    {
        var weight = new Weight();
        var session = await visit.Context.NewCDPSessionAsync(visit.Page);
        session.Event("Network.requestWillBeSent").OnEvent += (_, e) =>
            weight.addresses[Id(e)] = e!.Value.GetProperty("request").GetProperty("url").GetString()!;
        session.Event("Network.loadingFinished").OnEvent += (_, e) =>
            weight.sizes[Id(e)] = (long)e!.Value.GetProperty("encodedDataLength").GetDouble();
        await session.SendAsync("Network.enable");
        return weight;

        static string Id(JsonElement? e) => e!.Value.GetProperty("requestId").GetString()!;
    }

    public static Task LoadedAsync(Visit visit) => visit.Page.WaitForLoadStateAsync(LoadState.NetworkIdle);

    public override string ToString() => string.Join(
        '\n',
        sizes.OrderByDescending(one => one.Value)
            .Select(one => string.Create(CultureInfo.InvariantCulture, $"{one.Value,8} {addresses[one.Key]}"))
            .Prepend(string.Create(CultureInfo.InvariantCulture, $"{Bytes} bytes")));
}
