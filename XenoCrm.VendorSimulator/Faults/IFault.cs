using XenoCrm.VendorSimulator.Callbacks;
using XenoCrm.VendorSimulator.Messages;

namespace XenoCrm.VendorSimulator.Faults;

/// <summary>Something that goes wrong in a share of the cases: a rate of 0 turns it off, of 1 it happens always.</summary>
internal interface IFault
{
    double Rate { get; }
}

/// <summary>Goes wrong with one message's receipts. Drawn on acceptance and stored, so that it survives a restart.</summary>
internal interface IReceiptFault : IFault
{
    void Spoil(List<PlannedReceipt> plan, Dice dice);
}

/// <summary>Goes wrong with one send request.</summary>
internal interface ISendFault : IFault
{
    /// <param name="context">The request, verified and not yet read.</param>
    /// <param name="next">Answers it as it should be.</param>
    /// <param name="pause">Waits, but not for a client that has gone or a vendor that stops.</param>
    ValueTask<object?> SpoilAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next, Func<TimeSpan, Task> pause);
}

/// <summary>Somebody else posts to the receiver, right before a true callback does.</summary>
internal interface IForgery : IFault
{
    Posting Forge(Callback callback, Posting genuine, Dice dice);
}
