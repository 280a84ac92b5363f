namespace XenoCrm.Benchmarks.Faults.Model;

/// <summary>A customer, as far as a row's life depends on it.</summary>
internal sealed class Person(string id)
{
    public string Id => id;

    public string Email { get; set; } = id + "@example.com";

    public bool IsUnsubscribed { get; set; }

    public bool IsErased { get; set; }

    /// <summary>Why it is not written to at that address now; null if it may be.</summary>
    public string? SkipReason(string recipient) =>
        IsErased ? Core.Campaigns.SkipReason.Erased
        : IsUnsubscribed ? Core.Campaigns.SkipReason.Unsubscribed
        : Email == recipient ? null
        : Core.Campaigns.SkipReason.NoAddress;
}
