using System.Security.Cryptography;
using System.Text.Json;

namespace XenoCrm.Core.Campaigns;

/// <summary>Which rows of a delivery log are asked for; where nothing is said, all.</summary>
public sealed record LogFilter
{
    public static readonly LogFilter All = new();

    public DeliveryStatus? Status { get; init; }

    /// <summary>Why they failed or were skipped, word for word.</summary>
    public string? Reason { get; init; }

    /// <summary>Whose they are, by the customers' ids.</summary>
    public IReadOnlyList<string>? CustomerIds { get; init; }

    /// <summary>The list's name in its cursors.</summary>
    public string ListName(string campaignId)
    {
        var list = $"logs/{campaignId}/{Status}";
        if (Reason is null && CustomerIds is null)
        {
            return list;
        }

        var rest = JsonSerializer.SerializeToUtf8Bytes<string?[]>([Reason, .. CustomerIds ?? []]);
        return $"{list}/{Convert.ToHexStringLower(SHA256.HashData(rest))}";
    }
}
