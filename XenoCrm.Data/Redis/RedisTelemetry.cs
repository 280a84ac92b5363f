using System.Diagnostics;
using System.Diagnostics.Metrics;
using StackExchange.Redis;

namespace XenoCrm.Data.Redis;

/// <summary>
/// Commands as client activities and one histogram, by OpenTelemetry's conventions for databases. A command's arguments
/// are in neither: entries hold what the vendor says of people's messages.
/// <code>
/// XADD   client   db.system.name redis, db.namespace 0, db.operation.name XADD, server.address redis-0, server.port 6379
/// </code>
/// With a cluster the server is the first that the connection string names, not the node that answered.
/// </summary>
internal sealed class RedisTelemetry(string? server, int? port, int database)
{
    public const string Name = "XenoCrm.Redis";

    private static readonly ActivitySource Activities = new(Name);
    private static readonly Meter Meter = new(Name);
    private static readonly Histogram<double> Duration = Meter.CreateHistogram(
        "db.client.operation.duration", "s", "Duration of Redis commands.",
        advice: new InstrumentAdvice<double> { HistogramBucketBoundaries = [0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1, 5, 10] });

    private readonly string databaseText = database.ToString(System.Globalization.CultureInfo.InvariantCulture);

    public Activity? Start(string command)
    {
        var activity = Activities.StartActivity(command, ActivityKind.Client);
        if (activity is { IsAllDataRequested: true })
        {
            activity.SetTag("db.system.name", "redis").SetTag("db.namespace", databaseText).SetTag("db.operation.name", command)
                .SetTag("server.address", server).SetTag("server.port", port);
        }

        return activity;
    }

    /// <param name="command">What was asked.</param>
    /// <param name="started">When, by <see cref="Stopwatch"/>.</param>
    /// <param name="activity">Ends with the caller's using.</param>
    /// <param name="fault">Null if it was answered.</param>
    public void End(string command, long started, Activity? activity, Exception? fault)
    {
        var error = fault is null ? null : ErrorType(fault);
        if (error is not null)
        {
            activity?.SetStatus(ActivityStatusCode.Error).SetTag("error.type", error)
                .SetTag("db.response.status_code", fault is RedisServerException ? error : null);
        }

        if (Duration.Enabled)
        {
            var tags = new TagList
            {
                { "db.system.name", "redis" },
                { "db.operation.name", command },
                { "server.address", server },
                { "server.port", port },
            };
            if (error is not null)
            {
                tags.Add("error.type", error);
            }

            Duration.Record(Stopwatch.GetElapsedTime(started).TotalSeconds, tags);
        }
    }

    // "NOGROUP No such key …": the code alone, as the rest names keys.
    private static string ErrorType(Exception fault) =>
        fault is RedisServerException ? fault.Message.Split(' ', 2)[0] : fault.GetType().Name;
}
