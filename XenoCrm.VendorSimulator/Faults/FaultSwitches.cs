using Microsoft.Extensions.Options;
using XenoCrm.VendorSimulator.Receipts;

namespace XenoCrm.VendorSimulator.Faults;

/// <summary>The faults as they are switched now, and where they act.</summary>
internal sealed class FaultSwitches(IOptions<VendorOptions> options, RandomSource random)
{
    private volatile FaultOptions current = options.Value.Faults;

    public FaultOptions Current
    {
        get => current;
        set => current = value;
    }

    public void Spoil(List<PlannedReceipt> plan)
    {
        foreach (var fault in Current.OfReceipts().Where(Happens))
        {
            fault.Spoil(plan, random.Faults);
        }
    }

    public EndpointFilterDelegate Around(EndpointFilterDelegate send, Func<TimeSpan, Task> pause)
    {
        foreach (var fault in Current.OfSends().Where(Happens))
        {
            var inner = send;
            send = context => fault.SpoilAsync(context, inner, pause);
        }

        return send;
    }

    public IEnumerable<Posting> ForgedFor(Callback callback, Posting genuine) =>
        Current.Forgeries().Where(Happens).Select(fault => fault.Forge(callback, genuine, random.Faults));

    private bool Happens(Fault fault) => random.Faults.Hits(fault.Rate);
}
