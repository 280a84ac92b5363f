namespace XenoCrm.Core;

/// <summary>
/// Money is a decimal with at most four decimals, in the account's one currency. Stores without a decimal type keep it
/// as a whole number of 1/10,000 (a long holds 922 trillion of them), so that sums are exact.
/// </summary>
public static class Money
{
    public const int UnitsPerOne = 10_000;

    /// <summary>The largest amount of a single order, or refund.</summary>
    public const decimal MaxAmount = 1_000_000_000m;

    /// <summary>Negative for a refund.</summary>
    public static bool IsAmount(decimal amount) => amount is >= -MaxAmount and <= MaxAmount && decimal.Round(amount, 4) == amount;

    public static long ToUnits(decimal amount) => (long)(amount * UnitsPerOne);

    public static decimal FromUnits(long units) => (decimal)units / UnitsPerOne;
}
