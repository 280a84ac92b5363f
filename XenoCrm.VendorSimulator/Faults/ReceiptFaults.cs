using System.ComponentModel.DataAnnotations;
using XenoCrm.VendorSimulator.Messages;

namespace XenoCrm.VendorSimulator.Faults;

/// <summary>The receipt comes again and again: the first on time, each copy at some moment after it.</summary>
internal sealed record Duplicates : IReceiptFault
{
    [Range(0.0, 1.0)]
    public double Rate { get; init; }

    /// <summary>How often it comes in addition.</summary>
    [Range(1, 50)]
    public int Copies { get; init; } = 1;

    /// <summary>The copies come at random moments within this time.</summary>
    [Range(typeof(TimeSpan), "00:00:00", "1.00:00:00")]
    public TimeSpan Within { get; init; } = TimeSpan.FromSeconds(1);

    public void Spoil(List<PlannedReceipt> plan, Dice dice)
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
internal sealed record Contradictions : IReceiptFault
{
    public const string Reason = "deferred by the carrier";

    [Range(0.0, 1.0)]
    public double Rate { get; init; }

    public void Spoil(List<PlannedReceipt> plan, Dice dice)
    {
        foreach (var receipt in plan.Where(receipt => receipt.Outcome.Status == DeliveryStatus.Sent).ToArray())
        {
            var place = plan.IndexOf(receipt) + dice.Next(below: 2);
            plan.Insert(place, receipt with { Outcome = Outcome.Failed(Reason) });
        }
    }
}

/// <summary>The receipt is overtaken by those of messages that were accepted after it.</summary>
internal sealed record Reordering : IReceiptFault
{
    [Range(0.0, 1.0)]
    public double Rate { get; init; }

    /// <summary>It comes at a random moment within this time after its own.</summary>
    [Range(typeof(TimeSpan), "00:00:00", "1.00:00:00")]
    public TimeSpan Within { get; init; } = TimeSpan.FromSeconds(2);

    public void Spoil(List<PlannedReceipt> plan, Dice dice)
    {
        for (var i = 0; i < plan.Count; i++)
        {
            plan[i] = plan[i] with { Due = plan[i].Due + dice.Between(TimeSpan.Zero, Within) };
        }
    }
}

/// <summary>The receipt comes long after the outcome.</summary>
internal sealed record Late : IReceiptFault
{
    [Range(0.0, 1.0)]
    public double Rate { get; init; }

    [Range(typeof(TimeSpan), "00:00:00", "30.00:00:00")]
    public TimeSpan By { get; init; } = TimeSpan.FromSeconds(30);

    public void Spoil(List<PlannedReceipt> plan, Dice dice)
    {
        for (var i = 0; i < plan.Count; i++)
        {
            plan[i] = plan[i] with { Due = plan[i].Due + By };
        }
    }
}

/// <summary>The receipt never comes. Who asks for the message is told what became of it.</summary>
internal sealed record Lost : IReceiptFault
{
    [Range(0.0, 1.0)]
    public double Rate { get; init; }

    public void Spoil(List<PlannedReceipt> plan, Dice dice) => plan.Clear();
}
