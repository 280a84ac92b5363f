using System.ComponentModel.DataAnnotations;
using XenoCrm.VendorSimulator.Faults;

namespace XenoCrm.VendorSimulator;

/// <summary>The section <c>Vendor</c> of the configuration. Durations are written <c>[days.]hh:mm:ss[.fff]</c>.</summary>
internal sealed class VendorOptions : IValidatableObject
{
    public const string Section = "Vendor";

    /// <summary>Whether a request without a signature is refused. Unless it is set: yes, but for Development.</summary>
    public bool? RequireSignature { get; init; }

    /// <summary>Share of the messages that end as SENT; the others end as FAILED with a reason. 0.9</summary>
    [Range(0.0, 1.0)]
    public double SuccessRate { get; init; } = 0.9;

    /// <summary>
    /// Start of the random numbers, so that a run can be repeated. Unless it is set, another one each time; the log says which.
    /// </summary>
    public int? Seed { get; init; }

    /// <summary>The least time from acceptance to outcome. 50 ms</summary>
    [Range(typeof(TimeSpan), "00:00:00", "7.00:00:00")]
    public TimeSpan MinDelay { get; init; } = TimeSpan.FromMilliseconds(50);

    /// <summary>The greatest time from acceptance to outcome. 500 ms</summary>
    [Range(typeof(TimeSpan), "00:00:00", "7.00:00:00")]
    public TimeSpan MaxDelay { get; init; } = TimeSpan.FromMilliseconds(500);

    /// <summary>The most receipts in one callback; 1 calls back singly. 500</summary>
    [Range(1, 1000)]
    public int CallbackBatch { get; init; } = 500;

    /// <summary>Whether a callback with one receipt is that object instead of an array of one. No</summary>
    public bool SingleAsObject { get; init; }

    /// <summary>How long a receipt waits at most for others to share its callback. 100 ms</summary>
    [Range(typeof(TimeSpan), "00:00:00.001", "00:01:00")]
    public TimeSpan CallbackLinger { get; init; } = TimeSpan.FromMilliseconds(100);

    /// <summary>The most callbacks under way at once. 8</summary>
    [Range(1, 256)]
    public int CallbackConcurrency { get; init; } = 8;

    /// <summary>How long a receiver may take to answer. 30 s</summary>
    [Range(typeof(TimeSpan), "00:00:00.100", "00:10:00")]
    public TimeSpan CallbackTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>The delay before a callback's second attempt; it doubles with each further one. 500 ms</summary>
    [Range(typeof(TimeSpan), "00:00:00.001", "01:00:00")]
    public TimeSpan RetryDelay { get; init; } = TimeSpan.FromMilliseconds(500);

    /// <summary>Where that doubling ends. 30 s</summary>
    [Range(typeof(TimeSpan), "00:00:00.001", "1.00:00:00")]
    public TimeSpan MaxRetryDelay { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>How long a callback is tried before it is given up. 3 days</summary>
    [Range(typeof(TimeSpan), "00:00:00", "30.00:00:00")]
    public TimeSpan RetryFor { get; init; } = TimeSpan.FromDays(3);

    /// <summary>How long a message can be asked for after its last receipt was due. 7 days</summary>
    [Range(typeof(TimeSpan), "00:00:01", "3650.00:00:00")]
    public TimeSpan KeepFor { get; init; } = TimeSpan.FromDays(7);

    /// <summary>What goes wrong on purpose, from the start on; <c>PUT /vendor/faults</c> changes it.</summary>
    public FaultOptions Faults { get; init; } = new();

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (MinDelay > MaxDelay)
        {
            yield return new ValidationResult($"Vendor:MinDelay ({MinDelay}) is greater than Vendor:MaxDelay ({MaxDelay}).");
        }

        foreach (var (field, message) in Faults.Errors())
        {
            yield return new ValidationResult($"Vendor:Faults:{field}: {message}");
        }
    }
}
