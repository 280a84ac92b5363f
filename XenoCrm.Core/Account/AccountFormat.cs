using System.Globalization;

namespace XenoCrm.Core.Account;

/// <summary>
/// Amounts and dates as people are told them, in the account's way: <c>EUR 1234.50</c>, <c>11 May 2026</c>. Without a currency
/// an amount is a number, <c>1234.50</c>; without a country, whose habit a date would follow, a date is <c>2026-05-11</c>.
/// </summary>
public static class AccountFormat
{
    // ISO 4217; all others have two decimals.
    private static readonly HashSet<string> WithoutDecimals =
        ["BIF", "CLP", "DJF", "GNF", "ISK", "JPY", "KMF", "KRW", "PYG", "RWF", "UGX", "UYI", "VND", "VUV", "XAF", "XOF", "XPF"];

    private static readonly HashSet<string> WithThreeDecimals = ["BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND"];

    public static string Money(decimal amount, AccountOptions account)
    {
        if (account.Currency is not { } currency)
        {
            return amount.ToString("0.00", CultureInfo.InvariantCulture);
        }

        var format = WithoutDecimals.Contains(currency) ? "0" : WithThreeDecimals.Contains(currency) ? "0.000" : "0.00";
        return $"{currency} {amount.ToString(format, CultureInfo.InvariantCulture)}";
    }

    /// <summary>The day on which it was in the account's time zone.</summary>
    public static string Date(DateTimeOffset at, AccountOptions account)
    {
        var format = account.Country switch { null => "yyyy-MM-dd", "US" => "MMMM d, yyyy", _ => "d MMMM yyyy" };
        return TimeZoneInfo.ConvertTime(at, account.Zone).ToString(format, CultureInfo.InvariantCulture);
    }
}
