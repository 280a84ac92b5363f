using System.Diagnostics;
using XenoCrm.Benchmarks.Measuring;

namespace XenoCrm.Benchmarks.Load;

/// <summary>Asks the API one thing after another, by one person, and says how long the answers took.</summary>
internal static class Asked
{
    private const int WarmUp = 20;

    /// <summary>In milliseconds, to the answer's last byte, after some that do not count.</summary>
    /// <param name="client">Signed in.</param>
    /// <param name="requests">How many count.</param>
    /// <param name="request">The i-th, from 0; each is another one, so that no cache can answer.</param>
    public static async Task<IReadOnlyList<double>> TimesAsync(HttpClient client, int requests, Func<int, HttpRequestMessage> request)
    {
        var times = new List<double>(requests);
        for (var i = 0; i < WarmUp + requests; i++)
        {
            using var message = request(i);
            var started = Stopwatch.GetTimestamp();
            using var answer = await client.SendAsync(message);
            await answer.Content.CopyToAsync(Stream.Null);
            var took = Stopwatch.GetElapsedTime(started);
            if (!answer.IsSuccessStatusCode)
            {
                throw new InvalidOperationException(
                    $"{message.Method} {message.RequestUri}: {(int)answer.StatusCode} {await answer.Content.ReadAsStringAsync()}");
            }

            if (i >= WarmUp)
            {
                times.Add(took.TotalMilliseconds);
            }
        }

        return times;
    }

    public static Figure P99(string name, IReadOnlyList<double> times, double goal) =>
        new($"{name}, p99", Series.Percentile([.. times], 0.99), Unit.Milliseconds) { Goal = new(goal) };
}
