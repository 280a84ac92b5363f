using System.ComponentModel.DataAnnotations;

namespace XenoCrm.ReceiptWorker.Receipts;

/// <summary>How a worker goes about its work. What all workers and the API share is in <c>ReceiptStreamOptions</c>.</summary>
public sealed class ReceiptWorkerOptions
{
    public const string Section = "ReceiptWorker";

    /// <summary>Receipts to take at a time. 5,000 by default: more gains little and keeps other writers waiting.</summary>
    [Range(1, 50_000)]
    public int BatchReceipts { get; set; } = 5_000;

    /// <summary>Deliveries after which an entry is given up. 5 by default.</summary>
    [Range(1, 100)]
    public int MaxDeliveries { get; set; } = 5;

    /// <summary>
    /// How long a receipt that no message knows waits for its second try; each further wait is three times as long, at
    /// most the stream's visibility time. 1 s by default: 1, 3, 9 and 15 s until it is given up.
    /// </summary>
    [Range(typeof(TimeSpan), "00:00:00", "01:00:00")]
    public TimeSpan RetryDelay { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>How often to look for entries that are to be tried again or whose worker died. 500 ms by default.</summary>
    [Range(typeof(TimeSpan), "00:00:00.001", "01:00:00")]
    public TimeSpan ReclaimInterval { get; set; } = TimeSpan.FromMilliseconds(500);

    /// <summary>The longest pause between two looks at an empty stream. 200 ms by default.</summary>
    [Range(typeof(TimeSpan), "00:00:00.001", "00:01:00")]
    public TimeSpan MaxIdleDelay { get; set; } = TimeSpan.FromMilliseconds(200);

    /// <summary>The longest pause between two tries while the store or the stream is unavailable. 5 s by default.</summary>
    [Range(typeof(TimeSpan), "00:00:00.001", "00:05:00")]
    public TimeSpan MaxBackOff { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>How often to trim the stream and measure its backlog. 5 s by default.</summary>
    [Range(typeof(TimeSpan), "00:00:00.010", "01:00:00")]
    public TimeSpan KeepInterval { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>How long a batch in hand may still take when the worker is told to stop. 10 s by default; the host waits 30.</summary>
    [Range(typeof(TimeSpan), "00:00:00", "00:00:25")]
    public TimeSpan StopGrace { get; set; } = TimeSpan.FromSeconds(10);
}
