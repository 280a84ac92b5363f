using System.Diagnostics;
using XenoCrm.Core.Receipts;

namespace XenoCrm.ReceiptWorker.Receipts;

/// <summary>
/// A batch in the traces: one activity for the write, linked to the requests that brought its entries, and one an entry
/// that continues its own request's trace and links to the write. Where one request brought all of it, the write is in
/// that request's trace, and with it what the store and the stream are asked. Nothing where nobody listens.
/// </summary>
internal sealed class BatchTrace : IDisposable
{
    // As many as collectors commonly take.
    private const int MaxLinks = 128;

    private readonly List<Activity> activities = [];
    private readonly Activity? outer = Activity.Current;

    private BatchTrace()
    {
    }

    public static BatchTrace Start(IReadOnlyList<ReceiptEntry> entries)
    {
        var trace = new BatchTrace();
        if (!ReceiptTelemetry.Activities.HasListeners())
        {
            return trace;
        }

        var parents = entries.Select(Parent).ToList();
        var batch = trace.Add(ReceiptTelemetry.Activities.StartActivity(
            "receipts batch",
            ActivityKind.Internal,
            parents.Distinct().ToList() is [{ } only] ? only : default,
            links: parents.OfType<ActivityContext>().Take(MaxLinks).Select(parent => new ActivityLink(parent))));
        batch?.SetTag("messaging.batch.message_count", entries.Count);
        foreach (var (entry, parent) in entries.Zip(parents))
        {
            if (parent is { } context)
            {
                trace.Add(ReceiptTelemetry.Activities.StartActivity(
                        "receipts apply", ActivityKind.Consumer, context, links: batch is null ? null : [new ActivityLink(batch.Context)]))
                    ?.SetTag("xenocrm.receipts", entry.Receipts?.Count ?? 0)
                    .SetTag("xenocrm.deliveries", entry.Deliveries);
            }
        }

        // What the write does is the batch's.
        Activity.Current = batch;
        return trace;
    }

    public void Dispose()
    {
        for (var i = activities.Count - 1; i >= 0; i--)
        {
            activities[i].Dispose();
        }

        activities.Clear();
        Activity.Current = outer;
    }

    private static ActivityContext? Parent(ReceiptEntry entry) =>
        entry.Trace is { } trace && ActivityContext.TryParse(trace.Parent, trace.State, isRemote: true, out var context) ? context : null;

    private Activity? Add(Activity? activity)
    {
        if (activity is not null)
        {
            activities.Add(activity);
        }

        return activity;
    }
}
