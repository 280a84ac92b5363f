using System.Diagnostics;
using System.Net;
using System.Text;
using XenoCrm.Api.Webhooks;
using XenoCrm.Benchmarks.Measuring;
using XenoCrm.Benchmarks.Rows;
using XenoCrm.Benchmarks.Running;

namespace XenoCrm.Benchmarks.Faults;

/// <summary>What strangers may send, spoilt at random, to a real API: no 5xx, nothing that hangs, no memory that grows.</summary>
internal sealed class FuzzProof : Proof
{
    private const int AtOnce = 8;
    private const int Times = 4;
    private const double MostGrowth = 1.5;

    private static readonly TimeSpan Hang = TimeSpan.FromSeconds(1);
    private static readonly Size Inputs = new("--inputs", "requests", 10_000_000, 3_000);

    public override string Row => "R10";

    public override string Command => "fuzz";

    public override string What =>
        "receipts, signature headers, CSV and JSON bodies, cursors, rules, sentences and cookies, spoilt at random, over HTTP: no 5xx, no "
        + "answer that takes more than a second each time, no growth of memory";

    public override IReadOnlyList<Size> Sizes => [Inputs];

    public override async Task<IReadOnlyList<string>> RunAsync(ProofSettings run)
    {
        await using var application = await RunningApplication.StartAsync(new ApplicationOptions
        {
            Vendor = false,
            Settings = [("Logging__LogLevel__Default", "Critical")],
        });
        var (next, answers, slow) = (-1, new Dictionary<int, int>(), 0);
        var before = 0.0;
        using var alone = new SemaphoreSlim(1);
        var failures = new List<string>();
        await Task.WhenAll(Enumerable.Range(0, AtOnce).Select(_ => Task.Run(async () =>
        {
            for (var i = Interlocked.Increment(ref next); i < run[Inputs] && failures.Count == 0; i = Interlocked.Increment(ref next))
            {
                var (status, took) = await SendAsync(application, run.Seed + i);
                for (var again = 0; took > Hang && again < Times; again++)
                {
                    // The machine may have been busy, or the API compiling: what hangs, hangs each time, also with nothing beside it.
                    Interlocked.Increment(ref slow);
                    await alone.WaitAsync();
                    (status, took) = await SendAsync(application, run.Seed + i);
                    alone.Release();
                }

                lock (answers)
                {
                    answers[(int)status] = answers.GetValueOrDefault((int)status) + 1;
                    if ((int)status >= 500 || took > Hang)
                    {
                        failures.Add(Text($"Input {run.Seed + i} was answered {(int)status} after {took}: {FuzzInput.Of(run.Seed + i)}"));
                    }

                    // Once it has compiled and its pools are filled.
                    if (i == run[Inputs] / 4)
                    {
                        before = application["api"].Used().MiB;
                    }
                }

                run.Progress.Count("inputs", i, run[Inputs]);
            }
        })));
        if (failures.Count > 0)
        {
            throw new LedgerException(string.Join('\n', failures));
        }

        var after = application["api"].Used().MiB;
        if (after > before * MostGrowth)
        {
            throw new LedgerException(Text($"The API has grown from {before:0} to {after:0} MiB."));
        }

        var told = string.Join(", ", answers.OrderBy(one => one.Key).Select(one => Text($"{one.Value:N0} × {one.Key}")));
        return
        [
            Text($"{run[Inputs]:N0} inputs from seed {run.Seed} on: {told}; {slow} answers took more than a second, ")
            + "and none of them each time; "
            + Text($"the API had {before:0} MiB after a quarter of them and {after:0} at the end"),
        ];
    }

    private static async Task<(HttpStatusCode Status, TimeSpan Took)> SendAsync(RunningApplication application, int seed)
    {
        var input = FuzzInput.Of(seed);
        using var request = new HttpRequestMessage(input.Method, input.Path);
        if (input.Body is { } body)
        {
            request.Content = new ByteArrayContent(body);
            request.Content.Headers.TryAddWithoutValidation("Content-Type", input.ContentType);
        }

        if (input.IsSigned)
        {
            new WebhookSignature([Encoding.UTF8.GetBytes(application.Secret)], TimeProvider.System)
                .Sign(request.Headers, Text($"fuzz-{seed}"), input.Body ?? []);
        }

        foreach (var (name, value) in input.Headers)
        {
            request.Headers.Remove(name);
            request.Headers.TryAddWithoutValidation(name, value);
        }

        var started = Stopwatch.GetTimestamp();
        using var answer = await application.Client.SendAsync(request);
        await answer.Content.ReadAsByteArrayAsync();
        return (answer.StatusCode, Stopwatch.GetElapsedTime(started));
    }
}
