using System.Diagnostics;
using System.Diagnostics.Metrics;
using XenoCrm.Api.Vendor;

namespace XenoCrm.Api.Campaigns;

/// <summary>The sender's spans and numbers. Campaign ids are in the spans, nothing of a person is anywhere.</summary>
internal sealed class CampaignTelemetry : IDisposable
{
    public const string Name = "XenoCrm.Campaigns";

    private readonly ActivitySource source = new(Name);
    private readonly Meter meter;
    private readonly Counter<long> results;
    private readonly Histogram<int> batchSize;
    private readonly Histogram<double> duration;

    public CampaignTelemetry(IMeterFactory meters, Vendors vendors, TimeProvider time)
    {
        meter = meters.Create(Name);
        results = meter.CreateCounter<long>("xenocrm.messages", "{message}",
            "Messages by what came of handing them to the vendor: accepted, retried, waiting, skipped, given_up.");
        batchSize = meter.CreateHistogram<int>("xenocrm.send.batch_size", "{message}", "Messages in one request to the vendor.");
        meter.CreateObservableGauge(
            "xenocrm.vendor.away",
            () => vendors.All.Select(line => new Measurement<double>(
                line.Gate.Outage is { } outage ? (time.GetUtcNow() - outage.Since).TotalSeconds : 0,
                new KeyValuePair<string, object?>("vendor", line.Name))),
            "s",
            "How long a vendor has been away; 0 while it is there.");
        duration = meter.CreateHistogram<double>("xenocrm.send.duration", "s", "How long the vendor took to answer a batch.");
    }

    public Activity? StartSend(string campaignId, int messages)
    {
        var activity = source.StartActivity("campaign send", ActivityKind.Producer);
        activity?.SetTag("xenocrm.campaign.id", campaignId);
        activity?.SetTag("messaging.batch.message_count", messages);
        return activity;
    }

    public void Sent(int messages, TimeSpan took)
    {
        batchSize.Record(messages);
        duration.Record(took.TotalSeconds);
    }

    public void Count(string result, int messages)
    {
        if (messages > 0)
        {
            results.Add(messages, new KeyValuePair<string, object?>("result", result));
        }
    }

    public void Dispose() => source.Dispose();
}
