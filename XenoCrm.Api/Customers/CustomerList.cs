using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using XenoCrm.Api.Http;
using XenoCrm.Core.Customers;
using XenoCrm.Core.Rules;

namespace XenoCrm.Api.Customers;

/// <summary>Which customers a list or a file is asked for: <c>?q=</c>, <c>?rule=</c> and <c>?sort=</c>.</summary>
internal sealed record CustomerList
{
    private const int MaxTextLength = 200;

    /// <summary>Part of the name or e-mail address.</summary>
    [FromQuery(Name = "q")]
    public string? Q { get; init; }

    /// <summary>A rule as JSON, as in a segment.</summary>
    [FromQuery(Name = "rule")]
    public string? Rule { get; init; }

    /// <summary>A field, descending with a <c>-</c> before it: <c>-totalSpend</c>. By id where nothing is said.</summary>
    [FromQuery(Name = "sort")]
    public string? Sort { get; init; }

    /// <summary>Null and a problem if it is no such list.</summary>
    /// <exception cref="RuleException">The rule is none.</exception>
    public CustomerQuery? Read(TimeProvider time, out ValidationProblem? problem) =>
        Read(Rule is null ? null : RuleJson.Parse(Rule), time, out problem);

    /// <summary>The same of those whom another rule selects, a segment's.</summary>
    public CustomerQuery? Read(Rule? rule, TimeProvider time, out ValidationProblem? problem)
    {
        problem = Q?.Length > MaxTextLength ? Problems.Invalid("q", $"q has {Q.Length} characters; {MaxTextLength} are the most.") : null;
        var sort = string.IsNullOrEmpty(Sort) ? CustomerSort.ById : CustomerSort.TryParse(Sort);
        if (problem is null && sort is null)
        {
            var known = string.Join(", ", CustomerSort.Fields);
            problem = Problems.Invalid(
                "sort", $"There is no such order. There are: {known}, each with a - before it for the other way round.");
        }

        return problem is null ? new CustomerQuery { Text = Q, Rule = rule, Now = time.GetUtcNow(), Sort = sort! } : null;
    }
}
