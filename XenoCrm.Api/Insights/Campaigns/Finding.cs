namespace XenoCrm.Api.Insights.Campaigns;

/// <summary>One thing that is known of how a campaign went, and a sentence of ours that says it.</summary>
/// <param name="Id"><c>delivery</c>, <c>reason-1</c>, <c>group-2</c> …</param>
/// <param name="Sentence">It has a slot where a name belongs.</param>
internal sealed record Finding(
    string Id, string Sentence, FindingUse Use = FindingUse.Told, Trend Trend = Trend.None, FindingName? Name = null)
{
    public string Text => Fill(Sentence);

    /// <summary>Puts the name into its slot in any sentence on this finding.</summary>
    public string Fill(string sentence)
    {
        var text = Name is null ? sentence : sentence.Replace(Name.Slot, Name.Text, StringComparison.Ordinal);
        return text.Length == 0 ? text : char.ToUpperInvariant(text[0]) + text[1..];
    }
}

/// <summary>
/// A name that others chose, vendors and customers, stands in no sentence before it goes out: nothing that it says can steer who words it.
/// </summary>
/// <param name="Slot"><c>{reason}</c> or <c>{group}</c>.</param>
/// <param name="Meaning">What the slot stands for, in words of ours.</param>
internal sealed record FindingName(string Slot, string Meaning, string Text);

internal enum FindingUse
{
    /// <summary>No paragraph is without it.</summary>
    Told,

    /// <summary>More of the same, for who has a choice.</summary>
    Further,

    /// <summary>It says that something is not so, or how far the numbers go: always in these words.</summary>
    Fixed,
}

/// <summary>How a finding compares, if it does.</summary>
internal enum Trend
{
    None,
    Better,
    Worse,
}
