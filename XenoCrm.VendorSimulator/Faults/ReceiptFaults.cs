using System.ComponentModel.DataAnnotations;
using XenoCrm.VendorSimulator.Receipts;

namespace XenoCrm.VendorSimulator.Faults;

/// <summary>The receipt comes again and again: the first on time, each copy at some moment after it.</summary>
internal sealed record Duplicates : ReceiptFault
{
    /// <summary>How often it comes in addition.</summary>
    [Range(1, 50)]
    public int Copies { get; init; } = 1;

    /// <summary>The copies come at random moments within this time.</summary>
    [Range(typeof(TimeSpan), "00:00:00", "1.00:00:00")]
    public TimeSpan Within { get; init; } = TimeSpan.FromSeconds(1);

    public override void Spoil(List<PlannedReceipt> plan, Dice dice)
    {
        foreach (var receipt in plan.ToArray())
        {
            for (var copy = 0; copy < Copies; copy++)
            {
                plan.Add(receipt with { Due = receipt.Due + dice.Between(TimeSpan.Zero, Within) });
            }
        }
    }
}

/// <summary>A message that was sent is also told to have failed, before the truth or after it, often in the same callback.</summary>
internal sealed record Contradictions : ReceiptFault
{
    public const string Reason = "deferred by the carrier";

    public override void Spoil(List<PlannedReceipt> plan, Dice dice)
    {
        foreach (var receipt in plan.Where(receipt => receipt.Outcome.Status == DeliveryStatus.Sent).ToArray())
        {
            var place = plan.IndexOf(receipt) + dice.Next(below: 2);
            plan.Insert(place, receipt with { Outcome = Outcome.Failed(Reason) });
        }
    }
}

/// <summary>The receipt is overtaken by those of messages that were accepted after it.</summary>
internal sealed record Reordering : ReceiptFault
{
    /// <summary>It comes at a random moment within this time after its own.</summary>
    [Range(typeof(TimeSpan), "00:00:00", "1.00:00:00")]
    public TimeSpan Within { get; init; } = TimeSpan.FromSeconds(2);

    public override void Spoil(List<PlannedReceipt> plan, Dice dice) => plan.Delay(() => dice.Between(TimeSpan.Zero, Within));
}

/// <summary>The receipt comes long after the outcome.</summary>
internal sealed record Late : ReceiptFault
{
    [Range(typeof(TimeSpan), "00:00:00", "30.00:00:00")]
    public TimeSpan By { get; init; } = TimeSpan.FromSeconds(30);

    public override void Spoil(List<PlannedReceipt> plan, Dice dice) => plan.Delay(() => By);
}

/// <summary>The receipt never comes. Who asks for the message is told what became of it.</summary>
internal sealed record Lost : ReceiptFault
{
    public override void Spoil(List<PlannedReceipt> plan, Dice dice) => plan.Clear();
}
