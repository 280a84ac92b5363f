using System.Globalization;
using System.Text.Json;
using Microsoft.AspNetCore.Diagnostics;
using Microsoft.AspNetCore.Http.HttpResults;
using XenoCrm.Core;
using XenoCrm.Core.Campaigns;
using XenoCrm.Core.Rows;
using XenoCrm.Core.Rules;

namespace XenoCrm.Api.Http;

/// <summary>
/// Turns what a handler or the framework throws into ProblemDetails: the client's faults into 4xx with the place, an unreachable store into
/// 503.
/// </summary>
internal sealed partial class ProblemExceptionHandler(ILogger<ProblemExceptionHandler> logger) : IExceptionHandler
{
    public const int RetryAfterSeconds = 2;

    public async ValueTask<bool> TryHandleAsync(HttpContext httpContext, Exception exception, CancellationToken cancellationToken)
    {
        if (exception is OperationCanceledException && httpContext.RequestAborted.IsCancellationRequested)
        {
            httpContext.Response.StatusCode = StatusCodes.Status499ClientClosedRequest;
            return true;
        }

        if (ToProblem(exception) is not { } problem)
        {
            return false;
        }

        if (exception is StoreUnavailableException)
        {
            // The route and not the path, in which an id may be somebody's address.
            var route = (httpContext.Features.Get<IExceptionHandlerFeature>()?.Endpoint as RouteEndpoint)?.RoutePattern.RawText;
            Log.Unavailable(logger, httpContext.Request.Method, route, exception.Message);
            httpContext.Response.Headers.RetryAfter = RetryAfterSeconds.ToString(CultureInfo.InvariantCulture);
        }

        await problem.ExecuteAsync(httpContext);
        return true;
    }

    private static IResult? ToProblem(Exception exception) => exception switch
    {
        BadHttpRequestException { InnerException: JsonException json } => Problems.Invalid(json),
        RefusedRequestException { StatusCode: StatusCodes.Status400BadRequest } refused => Problems.Invalid(refused.Field, refused.Message),
        RefusedRequestException refused => TypedResults.Problem(refused.Message, statusCode: refused.StatusCode),
        BadHttpRequestException bad => TypedResults.Problem(Sentence(bad), statusCode: bad.StatusCode),
        JsonException json => Problems.Invalid(json),
        MessageTemplateException message => Problems.Invalid("message", message.Message),
        RuleException rule => Problems.Invalid(rule.Path, rule.Message),
        InvalidCursorException cursor => Problems.Invalid("cursor", cursor.Message),
        StoreUnavailableException => TypedResults.Problem(
            "The store or the stream cannot be reached now; nothing of the request was stored. Try again.",
            statusCode: StatusCodes.Status503ServiceUnavailable),
        _ => null,
    };

    // The framework's own words name its types and methods. For the other statuses every answer has its sentence: see HttpConventions.
    private static string? Sentence(BadHttpRequestException bad) => bad.StatusCode switch
    {
        StatusCodes.Status400BadRequest => "The request cannot be read: its body ends too soon, or is not framed as its headers say.",
        StatusCodes.Status408RequestTimeout => "The body came too slowly. Send it again.",
        _ => null,
    };

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Warning, Message = "{Method} {Route} was answered with 503. {Reason}")]
        public static partial void Unavailable(ILogger logger, string method, string? route, string reason);
    }
}

/// <summary>A 400 that names the field and what it should have been.</summary>
internal static class Problems
{
    public static ValidationProblem Invalid(string field, string message) =>
        Invalid(new Dictionary<string, string[]> { [field] = [message] });

    public static ValidationProblem Invalid(IDictionary<string, string[]> errors) => TypedResults.ValidationProblem(errors);

    /// <summary>All that is wrong with a row, by field.</summary>
    public static ValidationProblem Invalid(IEnumerable<FieldError> errors) =>
        Invalid(
            errors.GroupBy(error => error.Field).ToDictionary(field => field.Key, field => field.Select(error => error.Message).ToArray()));

    /// <summary><c>$.amount</c>, the line and the column.</summary>
    public static ValidationProblem Invalid(JsonException json)
    {
        var field = json.Path is { Length: > 0 } path
            ? path.StartsWith("$.", StringComparison.Ordinal) ? path[2..] : path
            : JsonFaultException.WholeBody;
        return Invalid(field, MessageOf(json));
    }

    /// <summary>What is wrong, with the place for people. What the JSON reader says of itself is for programmers and stays out.</summary>
    public static string MessageOf(JsonException json)
    {
        var text = json is JsonFaultException ? json.Message : "This is not JSON, or not a value that belongs here.";
        return json.LineNumber is { } line
            ? string.Create(CultureInfo.InvariantCulture, $"{text} (line {line + 1}, column {json.BytePositionInLine + 1})")
            : text;
    }

    public static ProblemHttpResult NotFound(string what) =>
        TypedResults.Problem($"There is no such {what}.", statusCode: StatusCodes.Status404NotFound);

    public static ProblemHttpResult Conflict(string detail) => TypedResults.Problem(detail, statusCode: StatusCodes.Status409Conflict);
}
