namespace XenoCrm.Language;

/// <summary>The refusals and what they tell the person: which words, why, what to say instead.</summary>
public static class Refusals
{
    private const string Fields =
        "spend, number of orders, average order value, last or first order, days since the last order, sign-up date, "
        + "city, country, name, e-mail, phone, tags and subscription";

    public static Refusal Empty { get; } =
        new(RefusalReason.Empty, "Say whom you mean, for instance: customers from Mumbai who spent more than 5000.");

    public static Refusal TooLong(int limit) =>
        new(RefusalReason.TooLong, $"The sentence is longer than {limit} characters. Say it in fewer words.");

    public static SentenceRefusedException NoCondition() => new(
        RefusalReason.Vague,
        $"No condition is stated. Say one about {Fields}; if everybody is meant, say “all customers”.");

    public static SentenceRefusedException Unknown(IReadOnlyList<string> words) => new(
        RefusalReason.NotUnderstood,
        $"{Quoted(words)} {Are(words)} not understood. Say it in other words, or leave it out: conditions can be about {Fields}.");

    public static SentenceRefusedException UnknownPlace(string word) => new(
        RefusalReason.NotUnderstood,
        $"“{word}” is not a place that is known here. If it is a city, say “city is {word}”.");

    public static SentenceRefusedException NoSuchField(IReadOnlyList<string> words) => new(
        RefusalReason.NoSuchField,
        $"{Quoted(words)}: nothing like it is stored of a customer. Leave it out: conditions can be about {Fields}.");

    public static SentenceRefusedException Ranking(string word) => new(
        RefusalReason.Ranking,
        $"“{word}” compares customers with each other. Say how many and by what, for instance: top 10% by spend. Or give a limit: "
        + "spent more than 5000.");

    public static SentenceRefusedException Steering(string word) => new(
        RefusalReason.Steering,
        $"“{word}” is not about customers. Say only whom to select, for instance: customers from Mumbai who spent more than 5000.");

    public static SentenceRefusedException Vague(string word) => new(
        RefusalReason.Vague,
        $"“{word}” is too vague to select by. Say it in figures, for instance: "
        + "more than 10 orders, spent over 5000, ordered in the last 30 days.");

    public static SentenceRefusedException TotalsWithinPeriod(string what, string period) => new(
        RefusalReason.TotalsWithinPeriod,
        $"{what} “{period}” cannot be read as it is said. Say the figure and then the period, for instance: "
        + "spent more than 5000 in the last 30 days, ordered 3 times since March.");

    public static SentenceRefusedException NotInPeriod(string period) => new(
        RefusalReason.TotalsWithinPeriod,
        $"Whether somebody did not order “{period}” cannot be told from the last order. Say since when they have not ordered.");

    public static SentenceRefusedException NoDate(string what) => new(
        RefusalReason.NotUnderstood,
        $"“{what}” needs to say when, for instance: in the last 30 days, before March 2022, more than a year ago.");

    public static SentenceRefusedException NoNumber(string what) => new(
        RefusalReason.NotUnderstood,
        $"“{what}” needs a number, for instance: more than 5000, at least 3, between 100 and 200.");

    public static SentenceRefusedException NoValue(string what) => new(
        RefusalReason.NotUnderstood,
        $"“{what}” needs a value, for instance: name starts with San, city is Pune, tagged vip.");

    public static SentenceRefusedException NumberOfWhat(string number) => new(
        RefusalReason.NotUnderstood,
        $"“{number}”: it is not clear what is counted. Say orders or spend; how many customers are selected cannot be limited.");

    public static SentenceRefusedException WhatHappened(string period) => new(
        RefusalReason.NotUnderstood,
        $"“{period}”: it is not clear what happened then. Say ordered, first ordered or joined.");

    public static SentenceRefusedException TwoDates(string date, string dayFirst, string monthFirst) => new(
        RefusalReason.Ambiguous,
        $"“{date}” can be {dayFirst} or {monthFirst}. Say the month by its name.");

    public static SentenceRefusedException DatesBothWays(string dayFirst, string monthFirst) => new(
        RefusalReason.Ambiguous,
        $"“{dayFirst}” has the day first, “{monthFirst}” the month. Say the months by their names.");

    public static SentenceRefusedException TwoWays(string words, string first, string second) => new(
        RefusalReason.Ambiguous,
        $"“{words}” can be read in two ways: {first}, or {second}. Say it in other words, or put what belongs together in parentheses.");

    public static SentenceRefusedException Backwards(string range) => new(
        RefusalReason.Contradictory,
        $"“{range}” ends before it begins. Say the earlier date first.");

    public static SentenceRefusedException NotWhole(string unit) => new(
        RefusalReason.NotUnderstood,
        $"The time in “{unit}” is no whole number of days, weeks, months or years. Say it in another unit.");

    public static SentenceRefusedException PartOfName(string part) => new(
        RefusalReason.NoSuchField,
        $"“{part}”: only the full name is stored. Say “name starts with …”, “name ends with …” or “name contains …”.");

    public static SentenceRefusedException SingleOrders(string word) => new(
        RefusalReason.NoSuchField,
        $"“{word}”: single orders cannot be selected by their amount. Say instead the average order value or the total spend.");

    public static SentenceRefusedException NothingSince(string item) => new(
        RefusalReason.NotUnderstood,
        $"That nothing was ordered since “{item}” cannot be told. Say since when, for instance: "
        + $"bought {item} and have not ordered since May.");

    public static SentenceRefusedException SinceWhat(string since) => new(
        RefusalReason.NotUnderstood,
        $"“{since}”: of what stands before it, no time is known. Behind an order it can be said, as in: bought a mug but nothing since. "
        + "Else say since when, for instance: and have not ordered since May.");

    public static SentenceRefusedException MoreOfItem(string item, string more) => new(
        RefusalReason.NotUnderstood,
        $"“{more}” behind “{item}” is not understood. Of an item can be said how many times it was bought, and when. Say its "
        + "name in quotes, and join another condition by “and”.");

    public static SentenceRefusedException ItemByTwoNames(string item) => new(
        RefusalReason.NotUnderstood,
        $"“{item}”: its singular and its plural are too unlike to be counted together. Say the item's whole name in quotes.");

    public static SentenceRefusedException FrontedPeriod(string period) => new(
        RefusalReason.Ambiguous,
        $"“{period}” can be read in two ways: it holds for the condition behind it, or for others too. Say the period behind each figure, "
        + "for instance: spent more than 5000 in the last 30 days.");

    public static SentenceRefusedException Newsletter(string word) => new(
        RefusalReason.NotUnderstood,
        $"“{word}” could be a tag or the subscription. Say “tagged newsletter” or “still subscribed”.");

    public static SentenceRefusedException Misplaced(string word) => new(
        RefusalReason.NotUnderstood,
        $"“{word}” does not fit in where it stands. Try shorter conditions, joined by “and” or “or”.");

    public static SentenceRefusedException Unfinished() => new(
        RefusalReason.NotUnderstood,
        "The sentence ends where another condition was expected. Say that condition, or leave the last word away.");

    public static SentenceRefusedException TooComplex() => new(
        RefusalReason.NotUnderstood,
        "The sentence has more conditions inside one another than a rule can hold. Say less at once.");

    public static SentenceRefusedException Contradictory() => new(
        RefusalReason.Contradictory,
        "Nobody can meet these conditions together. Check the limits, or join them with “or”.");

    public static SentenceRefusedException Everybody() => new(
        RefusalReason.Everybody,
        "Everybody meets these conditions. If that is meant, say “all customers”.");

    private static string Quoted(IReadOnlyList<string> words) =>
        string.Join(", ", words.Distinct(StringComparer.OrdinalIgnoreCase).Take(8).Select(word => $"“{word}”"));

    private static string Are(IReadOnlyList<string> words) => words.Count == 1 ? "is" : "are";
}
