using System.Security.Claims;
using Microsoft.AspNetCore.Http.HttpResults;
using XenoCrm.Api.Access;
using XenoCrm.Core.Rules;
using XenoCrm.Core.Segments;
using XenoCrm.Language;

namespace XenoCrm.Api.Segments.Sentences;

internal static class SentenceEndpoint
{
    public static IEndpointRouteBuilder MapSentences(this IEndpointRouteBuilder routes)
    {
        // Who may send, because a language model may be asked, and that costs money.
        routes.MapPost("/segments/nl2segment", ReadAsync).RequirePermission(Permission.Send).WithTags("Segments")
            .ProducesProblem(StatusCodes.Status422UnprocessableEntity)
            .WithName("ReadSentence")
                .WithSummary("The rule that an English sentence says; 422 where it cannot be understood. Nothing is stored or sent.");
        return routes;
    }

    private static async Task<Results<Ok<SentenceResponse>, ValidationProblem, ProblemHttpResult>> ReadAsync(
        SentenceRequest request, ClaimsPrincipal person, SentenceConverter converter, ISegmentStore segments, ValueCheck values,
            TimeProvider time, CancellationToken cancellationToken)
    {
        var answer = await converter.ReadAsync(request.Prompt, person.Identity?.Name ?? "", cancellationToken);
        if (answer.Reading is not Understood understood)
        {
            return TypedResults.Problem(
                string.Join(' ', [((Refusal)answer.Reading).Message, .. answer.Notes]), title: "The sentence was not understood.",
                    statusCode: StatusCodes.Status422UnprocessableEntity);
        }

        var now = time.GetUtcNow();
        var count = await segments.CountAudienceAsync(understood.Rule, now, cancellationToken);
        var missing = await values.FindAsync(understood.Rule, now, cancellationToken);
        return TypedResults.Ok(new SentenceResponse(
            understood.Rule, RuleExplainer.Explain(understood.Rule), answer.Source, [.. answer.Notes, .. understood.Warnings, .. missing],
                count.Matching));
    }
}
