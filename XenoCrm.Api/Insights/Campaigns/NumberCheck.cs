namespace XenoCrm.Api.Insights.Campaigns;

/// <summary>
/// Holds a text against the data that it is about: every number in it must be one of theirs, of the right kind, rounded as it is
/// written. It does not understand the text: a number of the data in the wrong place passes.
/// </summary>
internal static class NumberCheck
{
    /// <summary>The first number of the text that the data do not have; null if they have all of them.</summary>
    public static string? FindWrong(string text, Facts facts)
    {
        foreach (var name in facts.Names.OrderByDescending(name => name.Length))
        {
            text = text.Replace($"“{name}”", "“”", StringComparison.Ordinal).Replace($"\"{name}\"", "“”", StringComparison.Ordinal);
        }

        return NumberScanner.Scan(text).FirstOrDefault(number => !facts.Hold(number))?.Text;
    }
}
