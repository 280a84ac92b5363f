using XenoCrm.Core.Campaigns;

namespace XenoCrm.Api.Vendor;

/// <summary>
/// Who delivers messages: the simulator and what speaks its protocol (<see cref="VendorClient"/>), any HTTP vendor by configuration
/// (<see cref="Http.HttpVendor"/>), a mail server (<see cref="Smtp.SmtpVendor"/>). docs/vendors.md says what each promises.
/// </summary>
internal interface IVendor
{
    /// <summary>Where it is, for people; nothing secret.</summary>
    string Place { get; }

    /// <summary>So many messages are leased for it at a time: what a kill leaves in doubt.</summary>
    int BatchSize { get; }

    /// <summary>The same id again is the same message to it, so that what it may have is sent again.</summary>
    bool TakesIdsOnce { get; }

    /// <summary>
    /// Of one that cannot be asked: how long after it took a message nothing may be heard before the message counts as sent. Null of one
    /// that can.
    /// </summary>
    TimeSpan? SettleAfter { get; }

    /// <summary>Hands messages over, one try each.</summary>
    Task<SendAnswer> SendAsync(VendorBatch batch, CancellationToken cancellationToken);

    /// <summary>Tells what became of a message, by our id.</summary>
    Task<AskAnswer> AskAsync(MessageId id, CancellationToken cancellationToken);

    /// <summary>Whether it is there, without a message. Null if it is.</summary>
    Task<SendAnswer.Unavailable?> ProbeAsync(CancellationToken cancellationToken);

    /// <summary>Null if a callback comes from this vendor; else what is wrong with it, for the caller to read.</summary>
    string? Refusal(IHeaderDictionary headers, ReadOnlySpan<byte> body);

    /// <summary>What a callback that was not refused says.</summary>
    /// <exception cref="System.Text.Json.JsonException">It is not JSON, and should be.</exception>
    ReceiptReading Read(ReadOnlySpan<byte> body);
}

/// <param name="Messages">No more than the vendor's <see cref="IVendor.BatchSize"/>.</param>
/// <param name="BeginBy">A message that has not begun by then is left: its row will soon be another sender's.</param>
internal sealed record VendorBatch(IReadOnlyList<VendorMessage> Messages, DateTimeOffset BeginBy)
{
    /// <summary>Of no campaign: receipts count nowhere.</summary>
    public bool IsTest { get; init; }
}
