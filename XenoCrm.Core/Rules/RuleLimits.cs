namespace XenoCrm.Core.Rules;

/// <summary>How large a rule may be, so that no rule is a burden to any store.</summary>
public static class RuleLimits
{
    /// <summary>Levels of rules inside one another, the outermost and the innermost included.</summary>
    public const int MaxDepth = 8;

    /// <summary>
    /// <c>$and</c>, <c>$or</c>, <c>$not</c>, <c>orders</c> and tests together; two operators on one field are two tests.
    /// </summary>
    public const int MaxNodes = 200;

    /// <summary>Values in the list of one <c>$in</c> or <c>$nin</c>.</summary>
    public const int MaxListLength = 1000;

    /// <summary>Of a text, in UTF-16 units.</summary>
    public const int MaxTextLength = 256;

    /// <summary>Of days to an anniversary: whoever has one has it within a year.</summary>
    public const int MaxWithinDays = 366;

    /// <summary>Of days, weeks, months or years in <c>$ago</c>. What lies before year 1 is the beginning of time.</summary>
    public const int MaxAgoCount = 1_000_000;
}
