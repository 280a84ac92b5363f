using XenoCrm.Core.Text;

namespace XenoCrm.Core.Customers;

/// <summary>
/// The words that the account's customers have in common, the most frequent first. They help to understand what a person
/// writes of customers; a word that few share may tell of one of them, which is what the count is for.
/// </summary>
public sealed record CustomerWords(
    IReadOnlyList<WordCount> Cities,
    IReadOnlyList<WordCount> Countries,
    IReadOnlyList<WordCount> Tags,
    IReadOnlyList<WordCount> AttributeKeys)
{
    /// <summary>They are counted over at most so many customers: enough to know what is frequent, and bounded.</summary>
    public const int MaxCustomers = 50_000;

    /// <summary>
    /// A store counts a word's spellings apart and gives more than are wanted: here they are one, spelled as most are. An attribute's key
    /// has one spelling.
    /// </summary>
    public static IReadOnlyList<WordCount> Fold(IEnumerable<WordCount> counted, int most) =>
    [
        .. counted
            .GroupBy(word => TextKey.Of(word.Text))
            .Select(spellings => new WordCount(
                spellings.OrderByDescending(word => word.Customers).ThenBy(word => word.Text, StringComparer.Ordinal).First().Text,
                spellings.Sum(word => word.Customers)))
            .OrderByDescending(word => word.Customers)
            .ThenBy(word => word.Text, StringComparer.Ordinal)
            .Take(most),
    ];
}

/// <param name="Text">As it is spelled most often.</param>
/// <param name="Customers">How many customers have it, in any spelling.</param>
public sealed record WordCount(string Text, long Customers);
