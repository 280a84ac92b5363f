using System.Diagnostics;
using OpenTelemetry;

namespace XenoCrm.ServiceDefaults;

/// <summary>
/// Keeps out of the traces what asks a database on nobody's behalf: loops that look for work several times a second would
/// fill a collector with traces of one call each. They show in the metrics. A call inside a request or a batch is kept.
/// </summary>
internal sealed class PollsAreNoTraces : BaseProcessor<Activity>
{
    /// <summary>Activity sources of the databases: the driver's own, and that of <c>XenoCrm.Data</c>.</summary>
    public const string MongoDb = "MongoDB.Driver";
    public const string Redis = "XenoCrm.Redis";

    // At its start, so that what goes on under it can be left out, too.
    public override void OnStart(Activity data)
    {
        if (data.Source.Name is MongoDb or Redis && (data.ParentSpanId == default || data.Parent is { Recorded: false }))
        {
            data.ActivityTraceFlags &= ~ActivityTraceFlags.Recorded;
            data.IsAllDataRequested = false;
        }
    }
}
