using XenoCrm.Core.Rules;

namespace XenoCrm.Api.Insights.Lookalikes;

/// <summary>A test that a rule may be made of, and whom of the sample it selects.</summary>
internal sealed record Condition(FieldTest Test, PeopleSet People)
{
    /// <summary>Whether the two together may say more than one: a field is tested once, or from below and from above.</summary>
    public bool Combines(Condition other) => Test.Field != other.Test.Field || (Side != 0 && Side == -other.Side);

    private int Side => Test.Operator switch
    {
        RuleOperator.Gte => 1,
        RuleOperator.Lt => -1,
        _ => 0,
    };
}
