namespace XenoCrm.Core.Rules;

/// <summary>JSON that is no rule. The API answers 400 with <see cref="Path"/> as the field.</summary>
/// <param name="path">Where, inside the rule: <c>$.$and[1].totalSpend.$gt</c>.</param>
/// <param name="message">What was expected there. It names fields and operators, never a value of the rule.</param>
public sealed class RuleException(string path, string message) : Exception(message)
{
    public string Path { get; } = path;
}
