using XenoCrm.Core.Rules;
using XenoCrm.Language.Meaning;
using XenoCrm.Language.Words;

namespace XenoCrm.Language.Grammar;

/// <summary>What a phrase of time says of a date field: that something happened then, or that it has not happened since.</summary>
internal static class DateConditions
{
    /// <summary>It happened then: "ordered in the last 30 days", "joined before 2021".</summary>
    /// <returns>Null where the phrase does not say when.</returns>
    public static Rule? Happened(Field field, TimePhrase phrase) => phrase switch
    {
        InLast last => Test(field, RuleOperator.Gte, last.Span),
        Lasting { Kind: LastingKind.Within } within => Test(field, RuleOperator.Gte, within.Span),
        Lasting { Kind: LastingKind.For } lasting when field == FieldCatalog.CreatedAt => Test(field, RuleOperator.Lte, lasting.Span),
        Elapsed { Comparison: RuleOperator.Eq } elapsed => ExactlyAgo(field, elapsed.Span),
        Elapsed elapsed => Aged(field, elapsed),
        ElapsedBetween between => Between(field, between),
        ElapsedBounds bounds => Rules.All(Aged(field, bounds.First), Aged(field, bounds.Second)),
        Compared compared => Compare(field, compared),
        Within { IsOpen: true } within => Test(field, RuleOperator.Gte, First(within.From)),
        Within { From: { At: null, IsDate: true } day, To: var to } when day == to => Test(field, RuleOperator.Eq, First(day)),
        Within within => Rules.All(Test(field, RuleOperator.Gte, First(within.From)), Until(field, within.To)),
        _ => null,
    };

    /// <summary>It has not happened since: "no order in 90 days", "inactive since March". Whoever never did it is not meant.</summary>
    /// <remarks>A state goes on: who "went inactive 3 months ago" is so still; who "did not order 3 months ago" may have since.</remarks>
    /// <returns>Null where one date cannot say it: "did not order in April".</returns>
    public static Rule? NotSince(Field field, TimePhrase phrase, RuleTime time, bool isState = false) => phrase switch
    {
        InLast last => Test(field, RuleOperator.Lt, last.Span),
        Lasting lasting => Test(field, RuleOperator.Lt, lasting.Span),
        Elapsed { Comparison: RuleOperator.Eq } elapsed when isState => Test(field, RuleOperator.Lt, elapsed.Span),
        Elapsed { Comparison: RuleOperator.Eq } => null,

        // "Inactive for 90 days" is for at least as long, so "at least" adds nothing to it.
        Elapsed { Comparison: RuleOperator.Gte } elapsed => Test(field, RuleOperator.Lt, elapsed.Span),
        Elapsed elapsed => Aged(field, elapsed),
        ElapsedBetween { IsAgo: true } or ElapsedBounds { IsAgo: true } when !isState => null,
        ElapsedBetween between => Between(field, between),
        ElapsedBounds bounds => Rules.All(Aged(field, bounds.First), Aged(field, bounds.Second)),
        Compared { Relation: DateRelation.Since } since => Test(field, RuleOperator.Lt, First(since.Period)),
        Compared { Relation: DateRelation.After } after => Until(field, after.Period),
        Within within when time.StartOf(within.To.Last.AddDays(1)) >= time.Now => Test(field, RuleOperator.Lt, First(within.From)),
        _ => null,
    };

    // The longer ago, the smaller the date: "more than 30 days ago" is before that moment.
    private static FieldTest Aged(Field field, Elapsed elapsed) => Test(field, elapsed.Comparison switch
    {
        RuleOperator.Gt => RuleOperator.Lt,
        RuleOperator.Gte => RuleOperator.Lte,
        RuleOperator.Lt => RuleOperator.Gt,
        _ => RuleOperator.Gte,
    }, elapsed.Span);

    private static Rule Between(Field field, ElapsedBetween between) =>
        Rules.All(Test(field, RuleOperator.Gte, between.Far), Test(field, RuleOperator.Lte, between.Near));

    // A number of whole days can be hit; "3 months ago" is no day.
    private static Rule? ExactlyAgo(Field field, AgoValue span) =>
        span.Unit != AgoUnit.Days ? null
        : field == FieldCatalog.LastOrderAt ? Rules.Test(FieldCatalog.DaysSinceLastOrder, RuleOperator.Eq, span.Count)
        : Rules.All(Test(field, RuleOperator.Gt, span with { Count = span.Count + 1 }), Test(field, RuleOperator.Lte, span));

    private static FieldTest Compare(Field field, Compared compared) => compared.Relation switch
    {
        DateRelation.Since => Test(field, RuleOperator.Gte, First(compared.Period)),
        DateRelation.Before => Test(field, RuleOperator.Lt, First(compared.Period)),
        DateRelation.After when compared.Period.IsDate => Test(field, RuleOperator.Gt, First(compared.Period)),
        DateRelation.After => Test(field, RuleOperator.Gte, Following(compared.Period)),
        _ => Until(field, compared.Period),
    };

    // Up to a day, that day included; up to a month or a year, before the day after it, which reads as well.
    private static FieldTest Until(Field field, Period period) =>
        period.IsDate ? Test(field, RuleOperator.Lte, First(period)) : Test(field, RuleOperator.Lt, Following(period));

    private static RuleValue First(Period period) => period.At is { } at ? new DateValue(at) : new DayValue(period.First);

    private static DayValue Following(Period period) => new(period.Last.AddDays(1));

    private static FieldTest Test(Field field, RuleOperator @operator, RuleValue value) => new(field, @operator, value);
}
