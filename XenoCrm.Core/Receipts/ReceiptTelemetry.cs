using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace XenoCrm.Core.Receipts;

/// <summary>
/// What the receipts' way can be watched by, the same names in the API and in the worker. Nothing here carries a
/// recipient, a text or an id.
/// </summary>
public sealed class ReceiptTelemetry
{
    public const string Name = "XenoCrm.Receipts";

    private readonly Counter<long> received;
    private readonly Counter<long> refused;
    private readonly Counter<long> applied;
    private readonly Counter<long> deadLetters;
    private readonly Counter<long> redeliveries;
    private readonly Histogram<int> batchSize;
    private ReceiptBacklog? stream;

    public ReceiptTelemetry(IMeterFactory meters)
    {
        var meter = meters.Create(Name);
        received = meter.CreateCounter<long>("xenocrm.receipts.received", "{receipt}", "Receipts stored in the stream.");
        refused = meter.CreateCounter<long>("xenocrm.receipts.refused", "{request}", "Callbacks refused, by reason: signature, body.");
        applied = meter.CreateCounter<long>("xenocrm.receipts.applied", "{receipt}", "Receipts brought to the log, by outcome.");
        deadLetters = meter.CreateCounter<long>("xenocrm.receipts.dead", "{receipt}", "Receipts given up.");
        redeliveries = meter.CreateCounter<long>("xenocrm.receipts.redelivered", "{entry}", "Entries that were delivered again.");
        batchSize = meter.CreateHistogram("xenocrm.receipts.batch.size", "{receipt}", "Receipts in one write to the log.",
            advice: new InstrumentAdvice<int> { HistogramBucketBoundaries = [1, 10, 100, 500, 1_000, 2_000, 5_000, 10_000] });
        meter.CreateObservableGauge("xenocrm.receipts.lag", () => Observe(stream?.Lag), "{entry}", "Entries that no worker has had yet.");
        meter.CreateObservableGauge(
            "xenocrm.receipts.pending", () => Observe(stream?.Pending), "{entry}", "Entries given to a worker and not acknowledged.");
        meter.CreateObservableGauge("xenocrm.receipts.stored", () => Observe(stream?.Length), "{entry}", "Entries that the stream keeps.");
        meter.CreateObservableGauge(
            "xenocrm.receipts.dead.kept", () => Observe(stream?.DeadLetters), "{receipt}", "Dead letters that wait for somebody.");
    }

    public static ActivitySource Activities { get; } = new(Name);

    public void Received(int receipts) => received.Add(receipts);

    /// <param name="reason"><c>signature</c> or <c>body</c>.</param>
    public void Refused(string reason) => refused.Add(1, new KeyValuePair<string, object?>("reason", reason));

    public void Applied(IReadOnlyCollection<ReceiptOutcome> outcomes)
    {
        batchSize.Record(outcomes.Count);
        foreach (var outcome in outcomes.CountBy(outcome => outcome))
        {
            // "applied", "known", "unmatched"
            applied.Add(outcome.Value, new KeyValuePair<string, object?>("outcome", Tag(outcome.Key)));
        }
    }

    public void Dead(int receipts) => deadLetters.Add(receipts);

    public void Redelivered(int entries) => redeliveries.Add(entries);

    /// <summary>What the gauges show from now on.</summary>
    public void Observed(ReceiptBacklog info) => stream = info;

    private static string Tag(ReceiptOutcome outcome) => outcome switch
    {
        ReceiptOutcome.Applied => "applied",
        ReceiptOutcome.Known => "known",
        _ => "unmatched",
    };

    private static Measurement<long>[] Observe(long? value) => value is { } known ? [new Measurement<long>(known)] : [];
}
