using System.Text.RegularExpressions;
using XenoCrm.Language;

namespace XenoCrm.Api.Segments.Sentences;

/// <summary>
/// Says of amounts in a sentence that another currency stands at them than the account's: "Amounts are in INR: “€200” is read as
/// 200." Whoever reads the sentence passes over currencies; nothing is converted.
/// </summary>
internal static class CurrencyNote
{
    private const string Dollars = "USD AUD CAD NZD SGD HKD TWD";
    private const string Pesos = "MXN PHP ARS COP CLP";

    // The signs and words of the vocabulary, each with the currencies that it may mean; a code means itself.
    private static readonly Dictionary<string, string> Meanings = new(StringComparer.OrdinalIgnoreCase)
    {
        ["₹"] = "INR",
        ["rs"] = "INR LKR NPR PKR MUR",
        ["rs."] = "INR LKR NPR PKR MUR",
        ["rupee"] = "INR LKR NPR PKR MUR",
        ["rupees"] = "INR LKR NPR PKR MUR",
        ["rupaye"] = "INR",
        ["rupay"] = "INR",
        ["rupaiye"] = "INR",
        ["rupaya"] = "INR",
        ["$"] = Dollars,
        ["dollar"] = Dollars,
        ["dollars"] = Dollars,
        ["bucks"] = Dollars,
        ["us$"] = "USD",
        ["a$"] = "AUD",
        ["au$"] = "AUD",
        ["c$"] = "CAD",
        ["ca$"] = "CAD",
        ["s$"] = "SGD",
        ["sg$"] = "SGD",
        ["hk$"] = "HKD",
        ["nz$"] = "NZD",
        ["€"] = "EUR",
        ["euro"] = "EUR",
        ["euros"] = "EUR",
        ["£"] = "GBP",
        ["pound"] = "GBP EGP",
        ["pounds"] = "GBP EGP",
        ["quid"] = "GBP",
        ["sterling"] = "GBP",
        ["¥"] = "JPY CNY",
        ["yen"] = "JPY",
        ["yuan"] = "CNY",
        ["rmb"] = "CNY",
        ["dirham"] = "AED MAD",
        ["dirhams"] = "AED MAD",
        ["dhs"] = "AED MAD",
        ["franc"] = "CHF XAF XOF",
        ["francs"] = "CHF XAF XOF",
        ["krona"] = "SEK ISK",
        ["kronor"] = "SEK",
        ["krone"] = "NOK DKK",
        ["kroner"] = "NOK DKK",
        ["zloty"] = "PLN",
        ["rand"] = "ZAR",
        ["baht"] = "THB",
        ["ringgit"] = "MYR",
        ["peso"] = Pesos,
        ["pesos"] = Pesos,
        ["reais"] = "BRL",
        ["riyal"] = "SAR QAR OMR",
        ["riyals"] = "SAR QAR OMR",
        ["naira"] = "NGN",
        ["taka"] = "BDT",
        ["rupiah"] = "IDR",
    };

    private static readonly string[] Codes =
    [
        "INR", "USD", "EUR", "GBP", "AED", "CHF", "CAD", "AUD", "NZD", "SGD", "HKD", "JPY", "CNY", "SEK", "NOK", "DKK", "PLN", "CZK", "HUF",
        "ZAR", "THB", "MYR", "IDR", "BRL", "MXN", "SAR", "QAR", "KWD", "NGN", "KES", "LKR", "NPR", "BDT", "PKR",
    ];

    private static readonly Regex Amount = Pattern();

    /// <summary>The warnings with a sentence of the currencies in the place of the general one; none where all are the account's.</summary>
    /// <param name="warnings">Of whoever read the sentence.</param>
    /// <param name="prompt">The sentence.</param>
    /// <param name="currency">The account's, an ISO 4217 code; null for none.</param>
    public static IEnumerable<string> Among(IReadOnlyList<string> warnings, string prompt, string? currency)
    {
        string[] others = [.. warnings.Where(warning => warning != GrammarEngine.CurrencyPassedOver)];
        var amounts = Amount.Matches(prompt);
        var foreign = amounts.Where(amount => currency is null || !MeaningOf(amount).Split(' ').Contains(currency)).ToList();
        if (foreign.Count > 0)
        {
            var read = string.Join(", ", foreign.Select(one => $"“{one.Value.Trim()}” is read as {one.Groups["number"].Value.Trim()}"));
            return [.. others, currency is null ? $"Amounts have no currency here: {read}." : $"Amounts are in {currency}: {read}."];
        }

        return amounts.Count == 0 && warnings.Count > others.Length ? warnings : others;
    }

    private static string MeaningOf(Match amount)
    {
        var sign = amount.Groups["sign"].Value.Replace(" ", "", StringComparison.Ordinal);
        return Meanings.GetValueOrDefault(sign) ?? sign.ToUpperInvariant();
    }

    private static Regex Pattern()
    {
        const string Number = @"(?<number>\d(?:[\d.,]*\d)?(?:\s?(?:k|m|thousand|lakhs?|lacs?|million|crores?)(?!\p{L}))?)";
        var signs = string.Join('|', Meanings.Keys.Concat(Codes).OrderByDescending(sign => sign.Length)
            .Select(sign => Regex.Escape(sign).Replace(@"\$", @"\s?\$", StringComparison.Ordinal)));
        var sign = $@"(?<![\p{{L}}\d])(?<sign>{signs})(?!\p{{L}})";
        return new Regex(
            $@"{sign}\s?{Number}|(?<![\d.,]){Number}\s?(?<sign>(?:{signs}))(?!\p{{L}})",
            RegexOptions.IgnoreCase | RegexOptions.CultureInvariant);
    }
}
