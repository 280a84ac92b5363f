using XenoCrm.Core.Account;
using XenoCrm.Core.Customers;

namespace XenoCrm.Tests.Campaigns.Year;

/// <summary>What a campaign of the year was asked to do.</summary>
/// <param name="Name">Also its place in the year.</param>
/// <param name="Tiers">Who gets it.</param>
internal sealed record YearCampaign(string Name, string[] Tiers)
{
    public string Id { get; set; } = "";

    /// <summary>Who does not get it: by a rule.</summary>
    public string? WithoutTier { get; init; }

    /// <summary>The same by a stored segment.</summary>
    public string? WithoutSegmentTier { get; init; }

    /// <summary>Who got one of these does not get it.</summary>
    public List<YearCampaign> WithoutCampaigns { get; init; } = [];

    public AddressKind? Channel { get; init; }

    public QuietHours? Quiet { get; init; }

    /// <summary>Each person's own hour.</summary>
    public DateTime? Local { get; init; }

    public int? PerMinute { get; init; }

    public bool Transactional { get; init; }

    /// <summary>It recurs, and reaches a person again after so many days.</summary>
    public (string Cron, int AgainAfterDays)? Repeats { get; init; }

    /// <summary>When it was ended by hand.</summary>
    public DateTimeOffset? CancelledAt { get; set; }

    /// <summary>Its runs before this one that count, of a run.</summary>
    public DateTimeOffset? StartsAt { get; set; }
}

/// <summary>A message as the vendor got it.</summary>
internal sealed record YearMessage(DateTimeOffset At, string Id, string Recipient);

/// <summary>A row of an exported log.</summary>
internal sealed record YearRow(
    string Id, string CustomerId, string Recipient, string Status, string Reason, int Attempts, DateTimeOffset CreatedAt,
    DateTimeOffset UpdatedAt);
