using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;

namespace XenoCrm.AppHost.Cockpit;

/// <summary>The vendor's fault switches, over its route: docs/vendor.md.</summary>
internal sealed class VendorFaults(IResourceBuilder<ProjectResource> vendor, ParameterResource secret, TimeProvider time)
{
    private const string Route = "/vendor/faults";

    private Window? open;

    /// <summary>Each fault by its name in the route, and what it does.</summary>
    public static IReadOnlyDictionary<string, string> Effects { get; } = new OrderedDictionary<string, string>
    {
        ["serverErrors"] = "Sends are answered 503",
        ["rateLimits"] = "Sends are answered 429 with Retry-After",
        ["timeouts"] = "Sends are accepted, but the answer hangs",
        ["cutAnswers"] = "Sends are accepted, but the answer breaks off",
        ["slow"] = "Sends are answered late",
        ["receiptsFirst"] = "Receipts come before the send is answered",
        ["lost"] = "Receipts never come",
        ["late"] = "Receipts come late",
        ["duplicates"] = "Receipts come twice",
        ["reordering"] = "Receipts overtake each other",
        ["contradictions"] = "Receipts contradict each other",
        ["wrongSignatures"] = "Somebody forges receipts",
        ["unknownMessages"] = "Receipts come for messages that were never sent",
    };

    /// <summary>Kinds of a maintenance window, and the whole state of the switches while it is open.</summary>
    public static IReadOnlyDictionary<string, (string Effect, string Faults)> Windows { get; } =
        new OrderedDictionary<string, (string, string)>
        {
            ["outage"] = ("An outage: every send is answered 503", """{"serverErrors":{"rate":1}}"""),
            ["overload"] = ("An overload: every send is answered 429", """{"rateLimits":{"rate":1,"retryAfter":"00:00:05"}}"""),
            ["flood"] = ("A flood: each receipt comes twenty times more", """{"duplicates":{"rate":1,"copies":20}}"""),
        };

    public async Task SwitchOnAsync(string fault, int percent, CancellationToken cancellationToken)
    {
        var faults = await AskAsync(HttpMethod.Get, null, cancellationToken);
        faults[fault]!["rate"] = percent / 100.0;
        await AskAsync(HttpMethod.Put, faults.ToJsonString(), cancellationToken);
    }

    public async Task SwitchOffAsync(CancellationToken cancellationToken)
    {
        EndWindow();
        await AskAsync(HttpMethod.Put, "{}", cancellationToken);
    }

    /// <summary>Returns when it is open. It ends one that was, and leaves behind what that would have.</summary>
    public async Task OpenWindowAsync(string faults, TimeSpan length, CancellationToken cancellationToken)
    {
        var before = EndWindow()?.Before ?? (await AskAsync(HttpMethod.Get, null, cancellationToken)).ToJsonString();
        await AskAsync(HttpMethod.Put, faults, cancellationToken);
        open = new Window(before, new CancellationTokenSource());
        _ = CloseAsync(open, length);
    }

    private Window? EndWindow()
    {
        var ended = Interlocked.Exchange(ref open, null);
        ended?.End.Cancel();
        return ended;
    }

    private async Task CloseAsync(Window window, TimeSpan length)
    {
        try
        {
            await Task.Delay(length, time, window.End.Token);
            if (Interlocked.CompareExchange(ref open, null, window) == window)
            {
                await AskAsync(HttpMethod.Put, window.Before, CancellationToken.None);
            }
        }
        catch (Exception failure) when (failure is OperationCanceledException or HttpRequestException or CommandFailure)
        {
            // Ended before its time, or the vendor has been stopped, and forgotten its faults with that.
        }
    }

    private async Task<JsonNode> AskAsync(HttpMethod method, string? body, CancellationToken cancellationToken)
    {
        using var client = ServiceClient.Of(vendor);
        using var request = new HttpRequestMessage(method, Route)
        {
            Content = body is null ? null : new StringContent(body, Encoding.UTF8, "application/json"),
        };

        // Outside Development the vendor listens to nobody else.
        var (id, now) = ($"cockpit-{Guid.NewGuid():N}", time.GetUtcNow().ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture));
        var key = Encoding.UTF8.GetBytes((await secret.GetValueAsync(cancellationToken))!);
        var signature = HMACSHA256.HashData(key, Encoding.UTF8.GetBytes($"{id}.{now}.{body}"));
        request.Headers.Add("webhook-id", id);
        request.Headers.Add("webhook-timestamp", now);
        request.Headers.Add("webhook-signature", $"v1,{Convert.ToBase64String(signature)}");
        return await client.AskAsync(request, cancellationToken);
    }

    /// <param name="Before">The switches as they will be again.</param>
    /// <param name="End">Ends it before its time.</param>
    private sealed record Window(string Before, CancellationTokenSource End);
}
