using System.ComponentModel.DataAnnotations;
using System.Text.Json.Serialization;
using XenoCrm.VendorSimulator.Receipts;

namespace XenoCrm.VendorSimulator.Faults;

/// <summary>Something that goes wrong on purpose.</summary>
internal abstract record Fault
{
    /// <summary>In which share of the cases: 0 never, 1 always.</summary>
    [Range(0.0, 1.0)]
    [JsonPropertyOrder(-1)]
    public double Rate { get; init; }
}

/// <summary>Goes wrong with one message's receipts. Drawn on acceptance and stored, so that it survives a restart.</summary>
internal abstract record ReceiptFault : Fault
{
    public abstract void Spoil(List<PlannedReceipt> plan, Dice dice);
}

/// <summary>Goes wrong with one send request.</summary>
internal abstract record SendFault : Fault
{
    /// <param name="context">The request, verified and not yet read.</param>
    /// <param name="next">Answers it as it should be.</param>
    /// <param name="pause">Waits, but not for a client that has gone or a vendor that stops.</param>
    public abstract ValueTask<object?> SpoilAsync(
        EndpointFilterInvocationContext context, EndpointFilterDelegate next, Func<TimeSpan, Task> pause);
}

/// <summary>Somebody else posts to the receiver, right before a true callback does.</summary>
internal abstract record Forgery : Fault
{
    public abstract Posting Forge(Callback callback, Posting genuine, Dice dice);
}
