using XenoCrm.Language.Words;

namespace XenoCrm.Language;

/// <summary>
/// What the account's own data tell about words: its most frequent cities, countries and tags, as they are spelled there.
/// They help to understand a sentence; no customer's data is among them.
/// </summary>
public sealed record LanguageHints(IReadOnlyList<string> Cities, IReadOnlyList<string> Countries, IReadOnlyList<string> Tags)
{
    /// <summary>The keys of the account's own attributes, as they are spelled there; a word that is one of them means it.</summary>
    public IReadOnlyList<string> AttributeKeys { get; init; } = [];

    /// <summary>How the account's country writes dates in figures; null where that is not known, or both ways are in use.</summary>
    public DateOrder? Dates { get; init; }

    public static readonly LanguageHints None = new([], [], []);
}
