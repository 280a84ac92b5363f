namespace XenoCrm.Language.Words;

internal enum TokenKind
{
    Word,
    Number,

    /// <summary>"1st", "23rd"; the value is the number.</summary>
    Ordinal,

    /// <summary>A date in figures.</summary>
    Date,

    /// <summary>A word with an <c>@</c> or a dot inside: an e-mail address, a domain, the name of an attribute.</summary>
    Address,

    /// <summary>What stands between quotation marks, without them.</summary>
    Quoted,

    /// <summary>Punctuation and comparison signs.</summary>
    Sign,

    /// <summary>A sign that has no business in a sentence.</summary>
    Stray,
}

/// <summary>How the day and the month of a date in figures stand.</summary>
public enum DateOrder
{
    /// <summary>There is but one way: 2022-03-01, 03/2022.</summary>
    Plain,

    DayFirst,
    MonthFirst,

    /// <summary>3/4/2022, which half of the world reads the other way round.</summary>
    Either,
}

/// <summary>One piece of the sentence.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Text">In small letters, without apostrophes.</param>
/// <param name="Start">Where it begins in the sentence.</param>
/// <param name="End">Where the next character is.</param>
/// <param name="Glued">No blank before it.</param>
internal sealed record Token(TokenKind Kind, string Text, int Start, int End, bool Glued)
{
    /// <summary>Of a number or an ordinal.</summary>
    public double Value { get; init; }

    /// <summary>Of a date.</summary>
    public Period? Period { get; init; }

    /// <summary>A date's, if it is written with the month first; null where it cannot be.</summary>
    public Period? MonthFirst { get; init; }

    /// <summary>Whether its day or its month comes first, where that can be told.</summary>
    public DateOrder Order { get; init; }

    /// <summary>Another place would read it otherwise; it is said how it is read here.</summary>
    public bool IsDoubtful { get; init; }
}
