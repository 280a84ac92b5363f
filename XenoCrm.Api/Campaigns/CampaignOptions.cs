using System.ComponentModel.DataAnnotations;

namespace XenoCrm.Api.Campaigns;

/// <summary>How campaigns are sent: section <c>Campaigns</c>.</summary>
internal sealed class CampaignOptions
{
    public const string Section = "Campaigns";

    /// <summary>Messages in one request to the vendor. Default 1,000.</summary>
    [Range(1, 1_000)]
    public int BatchSize { get; set; } = 1_000;

    /// <summary>Requests to the vendor at once. Default 4.</summary>
    [Range(1, 64)]
    public int Concurrency { get; set; } = 4;

    /// <summary>How long a row is one sender's before another may take it. Default 30 s.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "01:00:00")]
    public TimeSpan Lease { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>How long a receipt may take before the vendor is asked. Default 60 s.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "1.00:00:00")]
    public TimeSpan ReceiptTimeout { get; set; } = TimeSpan.FromSeconds(60);

    /// <summary>How long the vendor may go on saying that a message is pending. Default 3 days.</summary>
    [Range(typeof(TimeSpan), "00:01:00", "30.00:00:00")]
    public TimeSpan GiveUpAfter { get; set; } = TimeSpan.FromDays(3);

    /// <summary>Tries to hand a message over, to a vendor that is there, before it is given up. Default 10.</summary>
    [Range(1, 100)]
    public int MaxAttempts { get; set; } = 10;

    /// <summary>The pause after a message's first failed try; it doubles up to <see cref="LongestRetryDelay"/>. Default 1 s.</summary>
    [Range(typeof(TimeSpan), "00:00:00.010", "00:10:00")]
    public TimeSpan FirstRetryDelay { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>Default 60 s.</summary>
    [Range(typeof(TimeSpan), "00:00:00.010", "01:00:00")]
    public TimeSpan LongestRetryDelay { get; set; } = TimeSpan.FromSeconds(60);

    /// <summary>A campaign pauses itself when more than this share of its messages fails. Default 0.5; 1 never pauses.</summary>
    [Range(0.01, 1.0)]
    public double MaxFailureRate { get; set; } = 0.5;

    /// <summary>So many messages must be final before the failure rate means anything. Default 200.</summary>
    [Range(1, 1_000_000)]
    public int MinFailureSample { get; set; } = 200;
}
