using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using XenoCrm.Tests.Support;

namespace XenoCrm.Tests.Vendor;

public sealed class MetricsTests : IAsyncLifetime
{
    private readonly ConcurrentDictionary<string, long> values = [];
    private Receiver receiver = null!;

    public async ValueTask InitializeAsync() => receiver = await Receiver.StartAsync();

    [Fact]
    public async Task Messages_callbacks_and_what_is_pending_are_counted()
    {
        receiver.Answer = _ => Task.FromResult(receiver.Deliveries.Count == 1 ? Results.StatusCode(500) : Results.Ok());
        using var vendor = new VendorServer();
        using var listener = Listen(vendor);
        await vendor.SendAsync(receiver.Url, "one", "two", "two");
        await vendor.SendAsync(receiver.Url, "one");
        await Poll.UntilAsync(() => vendor.PendingReceipts == 0, "the callback");

        await vendor.SwitchAsync(new { late = new { rate = 1 } });
        await vendor.SendAsync(receiver.Url, "three");
        listener.RecordObservableInstruments();

        Assert.Equal(3, values["vendor.messages.accepted"]);
        Assert.Equal(2, values["vendor.receipts.delivered"]);
        Assert.Equal(1, values["vendor.callbacks refused"]);
        Assert.True(values["vendor.callbacks taken"] >= 1);
        Assert.Equal(1, values["vendor.receipts.pending"]);
    }

    public ValueTask DisposeAsync() => receiver.DisposeAsync();

    // Of this vendor alone: other tests have theirs in the same process.
    private MeterListener Listen(VendorServer vendor)
    {
        var meters = vendor.Services.GetRequiredService<IMeterFactory>();
        var listener = new MeterListener
        {
            InstrumentPublished = (instrument, self) =>
            {
                if (instrument.Meter.Name == "XenoCrm.Vendor" && ReferenceEquals(instrument.Meter.Scope, meters))
                {
                    self.EnableMeasurementEvents(instrument);
                }
            },
        };
        listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) =>
        {
            var name = string.Join(' ', [instrument.Name, .. tags.ToArray().Select(tag => $"{tag.Value}")]);
            values.AddOrUpdate(name, value, (_, sum) => instrument.IsObservable ? value : sum + value);
        });
        listener.Start();
        return listener;
    }
}
