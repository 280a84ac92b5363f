namespace XenoCrm.VendorSimulator.Receipts;

/// <summary>A receipt as it will be told.</summary>
/// <param name="Due">When to call back.</param>
/// <param name="Outcome">What it says.</param>
/// <param name="At">When it says that this happened.</param>
internal sealed record PlannedReceipt(DateTimeOffset Due, Outcome Outcome, DateTimeOffset At);

internal static class ReceiptPlan
{
    /// <summary>Each receipt comes later, by a time of its own.</summary>
    public static void Delay(this List<PlannedReceipt> plan, Func<TimeSpan> by)
    {
        for (var i = 0; i < plan.Count; i++)
        {
            plan[i] = plan[i] with { Due = plan[i].Due + by() };
        }
    }
}

/// <summary>A feature of a send request whose messages end, and are told, as soon as they are accepted.</summary>
internal sealed record AtOnce;
