using System.Security.Claims;
using Microsoft.AspNetCore.Http.HttpResults;
using XenoCrm.Api.Access;

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
        SentenceRequest request, ClaimsPrincipal person, SentenceService sentences, CancellationToken cancellationToken)
    {
        var outcome = await sentences.ReadAsync(request, person, cancellationToken);
        return outcome.Understood is { } understood
            ? TypedResults.Ok(understood)
            : TypedResults.Problem(
                outcome.Refusal, title: "The sentence was not understood.", statusCode: StatusCodes.Status422UnprocessableEntity);
    }
}
