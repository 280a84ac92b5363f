using System.Globalization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Net.Http.Headers;
using Microsoft.OpenApi;

namespace XenoCrm.Api.Http.Description;

/// <summary>
/// Every error that a route can answer with. What all routes of a kind have in common is told here; what is a route's own
/// (<c>ProducesProblem</c>) it says itself.
/// </summary>
internal static class Answers
{
    private const string ProblemType = "application/problem+json";

    private static readonly Dictionary<int, string> Words = new()
    {
        [400] = "Something in the request cannot be; errors says where, what was found and what it should be.",
        [401] = "Nobody is signed in, and there is no API key that is known.",
        [403] = "It is not for this caller, or a page of another site asked.",
        [404] = "There is none with this id.",
        [409] = "It does not go with how things stand; detail says why.",
        [413] = "The body is too large.",
        [415] = "The Content-Type is not one that this route takes.",
        [422] = "It can be read and still not be done; detail says why.",
        [429] = "Too many requests at once. Nothing was done; Retry-After says when to send it again.",
        [503] = "The store or the stream cannot be reached, or too many calls wait. Retry-After says when to send it again.",
    };

    public static void Complete(Route route)
    {
        var answers = route.Operation.Responses ??= [];
        foreach (var status in Statuses(route))
        {
            answers.TryAdd(status.ToString(CultureInfo.InvariantCulture), Problem(status, route.Document));
        }

        foreach (var (code, answer) in answers)
        {
            // In words, unless the route has its own.
            if (int.TryParse(code, CultureInfo.InvariantCulture, out var status) && Words.TryGetValue(status, out var words)
                && answer is OpenApiResponse own && (own.Description is null || own.Description == ReasonPhrases.GetReasonPhrase(status)))
            {
                own.Description = words;
            }
        }

        var sorted = answers.OrderBy(answer => answer.Key, StringComparer.Ordinal).ToList();
        answers.Clear();
        sorted.ForEach(answer => answers.Add(answer.Key, answer.Value));
    }

    private static IEnumerable<int> Statuses(Route route)
    {
        if (!route.IsOpen)
        {
            yield return 401;
        }

        if (route.AsksPermission || (route.Writes && !route.IsSigned))
        {
            yield return 403;
        }

        if (route.Operation.Parameters?.Any(parameter => parameter.In != ParameterLocation.Path) == true || route.TakesBody)
        {
            yield return 400;
        }

        if (route.TakesBody)
        {
            yield return 413;
        }

        // What a form can send is refused with it where no body is asked for, too.
        if (route.Writes && !route.IsSigned)
        {
            yield return 415;
        }

        if (route.Path.Contains('{', StringComparison.Ordinal))
        {
            yield return 404;

            // A step of something that has its states: POST /campaigns/{id}/pause.
            if (route.Verb == HttpMethod.Post && !route.TakesBody)
            {
                yield return 409;
            }
        }

        // Everybody is counted, and known or not known by the store.
        yield return 429;
        yield return 503;
    }

    private static OpenApiResponse Problem(int status, OpenApiDocument document)
    {
        var schema = new OpenApiSchemaReference(status == 400 ? nameof(HttpValidationProblemDetails) : nameof(ProblemDetails), document);
        var retryAfter = new OpenApiHeader { Description = "In seconds.", Schema = new OpenApiSchema { Type = JsonSchemaType.Integer } };
        return new OpenApiResponse
        {
            Content = new Dictionary<string, OpenApiMediaType> { [ProblemType] = new OpenApiMediaType { Schema = schema } },
            Headers = status is 429 or 503 ? new Dictionary<string, IOpenApiHeader> { [HeaderNames.RetryAfter] = retryAfter } : null,
        };
    }
}
