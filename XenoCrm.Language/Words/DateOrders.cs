namespace XenoCrm.Language.Words;

/// <summary>Reads all dates of a sentence in one way: where one of them can only have its month first, so have the others.</summary>
public static class DateOrders
{
    /// <summary>How a country writes dates in figures; null where both ways are in use, or nothing is said.</summary>
    public static DateOrder? Of(string? country) => country switch
    {
        null or "CA" or "PH" or "PR" or "KE" or "GH" or "MY" => null,
        "US" => DateOrder.MonthFirst,
        _ => DateOrder.DayFirst,
    };

    /// <param name="text">The sentence.</param>
    /// <param name="tokens">Its tokens; dates are put right in it. What cannot be told stays <see cref="DateOrder.Either"/>.</param>
    /// <param name="account">How the account's country writes dates; null where that is not known.</param>
    /// <exception cref="SentenceRefusedException">Some have the day first and others the month.</exception>
    internal static void Settle(string text, List<Token> tokens, DateOrder? account)
    {
        var day = tokens.Find(token => token.Order == DateOrder.DayFirst);
        var month = tokens.Find(token => token.Order == DateOrder.MonthFirst);
        if (day is not null && month is not null)
        {
            throw Refusals.DatesBothWays(text[day.Start..day.End], text[month.Start..month.End]);
        }

        var order = month is not null ? DateOrder.MonthFirst : day is not null ? DateOrder.DayFirst : account;
        for (var index = 0; index < tokens.Count && order is not null; index++)
        {
            if (tokens[index] is { Order: DateOrder.Either } date)
            {
                var period = order == DateOrder.MonthFirst ? date.MonthFirst : date.Period;
                tokens[index] = date with { Period = period, Order = order.Value, IsDoubtful = true };
            }
        }
    }
}
