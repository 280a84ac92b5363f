using XenoCrm.Core.Rules;
using XenoCrm.Language.Meaning;

namespace XenoCrm.Language.Grammar;

/// <summary>"more than 5", "between 100 and 200", "3 or 4": what a number is to be, of whichever field.</summary>
/// <param name="Bounds">All of them hold.</param>
/// <param name="IsMoney">It has a currency.</param>
/// <param name="IsTimes">It counts "times".</param>
internal sealed record Quantity(IReadOnlyList<(RuleOperator Operator, double Number)> Bounds, bool IsMoney, bool IsTimes)
{
    /// <summary>One of several numbers, in place of bounds.</summary>
    public IReadOnlyList<double> OneOf { get; init; } = [];

    /// <summary>None of <see cref="OneOf"/>.</summary>
    public bool IsNoneOf { get; init; }

    /// <summary>A number with no word of comparison.</summary>
    public bool IsBare => Bounds is [(RuleOperator.Eq, _)];

    /// <summary>"At least one", which is what "some" means.</summary>
    public bool IsAny => Bounds is [(RuleOperator.Gte, 1)] or [(RuleOperator.Gt, 0)];

    public Rule Of(Field field) => OneOf.Count > 0
        ? new FieldTest(
            field,
            IsNoneOf ? RuleOperator.Nin : RuleOperator.In,
            new EquatableList<RuleValue>([.. OneOf.Select(number => new NumberValue(number))]))
        : Rules.All([.. Bounds.Select(bound => Rules.Test(field, bound.Operator, bound.Number))]);
}
