using System.Diagnostics;
using System.Diagnostics.Metrics;
using XenoCrm.VendorSimulator.Callbacks;
using XenoCrm.VendorSimulator.Storage;

namespace XenoCrm.VendorSimulator;

/// <summary>What can be measured of the vendor, and the source of its spans.</summary>
internal sealed class VendorMetrics
{
    public const string Name = "XenoCrm.Vendor";

    public static readonly ActivitySource Source = new(Name);

    private readonly Counter<long> accepted;
    private readonly Counter<long> delivered;
    private readonly Counter<long> callbacks;

    public VendorMetrics(IMeterFactory meters, CallbackQueue queue)
    {
        var meter = meters.Create(Name);
        accepted = meter.CreateCounter<long>("vendor.messages.accepted", "{message}", "Messages accepted; a repeated id counts once.");
        delivered = meter.CreateCounter<long>("vendor.receipts.delivered", "{receipt}", "Receipts that a receiver took.");
        callbacks = meter.CreateCounter<long>(
            "vendor.callbacks",
            "{callback}",
            "Attempts to call back by result: taken, refused (by an answer or by none), and those given up or forged.");
        meter.CreateObservableGauge(
            "vendor.receipts.pending", () => Pending(queue), "{receipt}", "Receipts that nobody has taken yet, due or not.");
    }

    public void Accepted(int messages) => accepted.Add(messages);

    public void Delivered(int receipts)
    {
        delivered.Add(receipts);
        Count("taken");
    }

    public void Refused() => Count("refused");

    public void GivenUp() => Count("given_up");

    public void Forged() => Count("forged");

    private void Count(string result) => callbacks.Add(1, new KeyValuePair<string, object?>("result", result));

    private static IEnumerable<Measurement<long>> Pending(CallbackQueue queue)
    {
        try
        {
            return [new Measurement<long>(queue.PendingReceipts())];
        }
        catch (StorageException)
        {
            return [];
        }
    }
}
