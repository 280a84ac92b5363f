using System.ComponentModel.DataAnnotations;

namespace XenoCrm.Core.Receipts;

/// <summary>Settings of the receipt stream that everybody who uses it has to share.</summary>
public sealed class ReceiptStreamOptions
{
    public const string Section = "ReceiptStream";

    public const int MaxPartitions = 256;

    /// <summary>How long a consumer may keep an entry before another one takes it over. 15 s by default; more than a batch takes.</summary>
    [Range(typeof(TimeSpan), "00:00:00.010", "01:00:00")]
    public TimeSpan Visibility { get; set; } = TimeSpan.FromSeconds(15);

    /// <summary>What the keys in Redis start with: <c>xenocrm</c> by default. Applications that share a server need one each.</summary>
    [Required, RegularExpression("^[A-Za-z0-9_.:-]{1,64}$")]
    public string KeyPrefix { get; set; } = "xenocrm";

    /// <summary>
    /// Keys in Redis over which appends are spread, so that a cluster shares the work: 4 by default, a few for each node.
    /// It may change from one start to the next, and differ between processes: what lies in a key is read in any case.
    /// </summary>
    [Range(1, MaxPartitions)]
    public int Partitions { get; set; } = 4;
}
