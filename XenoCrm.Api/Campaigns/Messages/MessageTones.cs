namespace XenoCrm.Api.Campaigns.Messages;

/// <summary>How a message can sound.</summary>
internal static class MessageTones
{
    public const string Default = "friendly";

    public const string Plain = "plain";

    public static readonly IReadOnlyList<string> All = [Default, "formal", "playful", "urgent", Plain];

    /// <summary>The tone of that name in any case, the default for none; null if there is no such tone.</summary>
    public static string? Find(string? name) =>
        string.IsNullOrWhiteSpace(name)
            ? Default
            : All.FirstOrDefault(tone => tone.Equals(name.Trim(), StringComparison.OrdinalIgnoreCase));
}
