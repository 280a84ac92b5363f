using System.ComponentModel.DataAnnotations;
using System.Security.Claims;
using Microsoft.AspNetCore.Http.HttpResults;
using XenoCrm.Api.Access;
using XenoCrm.Core.Rules;

namespace XenoCrm.Api.Campaigns.Messages;

internal static class MessageEndpoint
{
    public static IEndpointRouteBuilder MapMessages(this IEndpointRouteBuilder routes)
    {
        // Who may send, because a language model may be asked, and that costs money.
        routes.MapPost("/campaigns/messages", SuggestAsync).RequirePermission(Permission.Send).WithTags("Campaigns")
            .WithName("SuggestMessages")
                .WithSummary("Three messages with placeholders for an objective, to choose from and to edit. Nothing is stored or sent.");
        return routes;
    }

    private static async Task<Results<Ok<MessageResponse>, ValidationProblem>> SuggestAsync(
        MessageRequest request, ClaimsPrincipal person, MessageService messages, CancellationToken cancellationToken) =>
        TypedResults.Ok(await messages.SuggestAsync(request, person, cancellationToken));
}

/// <param name="Objective">What the campaign is to achieve, in free text, with all that may be promised: win back customers with 20% off
/// sneakers, code RUN20, until Sunday.</param>
/// <param name="SegmentId">For whom, as a stored segment; or as a <paramref name="Rule"/>; or left out.</param>
/// <param name="Tone"><c>friendly</c> (the default), <c>formal</c>, <c>playful</c>, <c>urgent</c> or <c>plain</c>.</param>
public sealed record MessageRequest(
    [property: Required(ErrorMessage = "Say what the campaign should achieve, for instance: win back customers with 20% off until Sunday.")]
    [property: StringLength(MessageObjective.MaxLength, MinimumLength = 3, ErrorMessage = "The objective has {2} to {1} characters.")]
    string Objective,
    string? SegmentId,
    Rule? Rule,
    string? Tone);

/// <param name="Messages">Three texts; with anybody's name in them they have at most 320 characters.</param>
/// <param name="Source">Who wrote them: <c>openai</c>, or <c>grammar</c>, the built-in engine.</param>
/// <param name="Warnings">Why the language model was not used where it was meant to be.</param>
public sealed record MessageResponse(IReadOnlyList<string> Messages, string Source, IReadOnlyList<string> Warnings);
