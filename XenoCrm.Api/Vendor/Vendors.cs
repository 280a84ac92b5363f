using XenoCrm.Core.Customers;

namespace XenoCrm.Api.Vendor;

/// <summary>A vendor and the gate before it.</summary>
/// <param name="Name">In metrics and health checks: <c>vendor</c> for both kinds of address, else <c>vendor.email</c>.</param>
internal sealed record VendorLine(string Name, IVendor Vendor, VendorGate Gate);

/// <summary>Which vendor takes which messages, by the kind of the recipient's address.</summary>
internal sealed class Vendors(VendorLine email, VendorLine phone)
{
    /// <summary>One, or one for each kind.</summary>
    public IReadOnlyList<VendorLine> All { get; } = email == phone ? [email] : [email, phone];

    /// <summary>So many rows are leased at a time.</summary>
    public int BatchSize => Math.Min(email.Vendor.BatchSize, phone.Vendor.BatchSize);

    /// <summary>The outage of one that is away; null while all are there.</summary>
    public VendorOutage? Outage => All.Select(line => line.Gate.Outage).FirstOrDefault(outage => outage is not null);

    public bool AreAllAway => All.All(line => line.Gate.Outage is not null);

    /// <summary>How long it is until one may be sent to; zero when the way to one is free.</summary>
    public TimeSpan Remaining => All.Min(line => line.Gate.Remaining);

    /// <summary>What a line is called on the pages; null where no line has that name.</summary>
    public static string? Title(string name) => name switch
    {
        "vendor" => "Delivery service",
        "vendor.email" => "Delivery service for e-mail",
        "vendor.phone" => "Delivery service for SMS",
        _ => null,
    };

    public VendorLine Of(AddressKind kind) => kind == AddressKind.Email ? email : phone;

    /// <param name="channel"><c>email</c> or <c>phone</c>.</param>
    public VendorLine? Named(string channel) =>
        channel.Equals(nameof(AddressKind.Email), StringComparison.OrdinalIgnoreCase) ? email
        : channel.Equals(nameof(AddressKind.Phone), StringComparison.OrdinalIgnoreCase) ? phone
        : null;

    public VendorLine For(string recipient) => Of(AddressKinds.Of(recipient));

    /// <summary>While a campaign cannot go on for a vendor's sake; null otherwise.</summary>
    public VendorOutage? OutageOf(string campaignId) => All is [var only]
        ? only.Gate.Outage
        : All.FirstOrDefault(line => line.Gate.Holds(campaignId))?.Gate.Outage;

    /// <summary>Sends messages of no campaign: how many were taken, and the first answer that was none of that.</summary>
    public async Task<(int Taken, SendAnswer? Fault)> SendTestsAsync(
        IEnumerable<VendorMessage> messages, DateTimeOffset beginBy, CancellationToken cancellationToken)
    {
        var (taken, fault) = (0, (SendAnswer?)null);
        var batches = messages.GroupBy(message => For(message.Recipient).Vendor)
            .SelectMany(group => group.Chunk(group.Key.BatchSize), (group, part) => (Vendor: group.Key, Messages: part));
        foreach (var (vendor, part) in batches)
        {
            var answer = await vendor.SendAsync(new VendorBatch(part, beginBy) { IsTest = true }, cancellationToken);
            taken += answer switch
            {
                SendAnswer.Accepted accepted => accepted.VendorMessageIds.Count,
                SendAnswer.OneByOne each => each.Answers.Values.Count(one => one is MessageAnswer.Accepted),
                _ => 0,
            };
            fault ??= answer switch
            {
                SendAnswer.Accepted => null,
                SendAnswer.OneByOne { Away: { } away } => away,
                SendAnswer.OneByOne each => each.Answers.Values.Select(Fault).FirstOrDefault(one => one is not null),
                _ => answer,
            };
        }

        return (taken, fault);
    }

    private static SendAnswer? Fault(MessageAnswer answer) => answer switch
    {
        MessageAnswer.Refused refused => new SendAnswer.Rejected(refused.Reason),
        MessageAnswer.Later later => new SendAnswer.Unavailable(later.Reason, later.After, MaybeHanded: false),
        MessageAnswer.Lost lost => new SendAnswer.Unavailable(lost.Reason, null, MaybeHanded: true),
        _ => null,
    };
}
