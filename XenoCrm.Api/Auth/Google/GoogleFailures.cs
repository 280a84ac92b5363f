using System.Text.Json;
using Microsoft.AspNetCore.Authentication;
using XenoCrm.Api.Http;
using XenoCrm.Core;

namespace XenoCrm.Api.Auth.Google;

/// <summary>What somebody is told whose sign-in with Google fails, and what the log is told: a word, and nothing personal.</summary>
internal static partial class GoogleFailures
{
    private const string Again = "Sign in again at /auth/google.";

    public static async Task AnswerDeniedAsync(AccessDeniedContext context)
    {
        await AnswerAsync(context.HttpContext, new SignInRefusedException(
            StatusCodes.Status403Forbidden, "denied", $"Google was not allowed to say who you are. {Again}"));
        context.HandleResponse();
    }

    public static async Task AnswerAsync(RemoteFailureContext context)
    {
        await AnswerAsync(context.HttpContext, Refusal(context.Failure));
        context.HandleResponse();
    }

    private static SignInRefusedException Refusal(Exception? failure) => failure switch
    {
        SignInRefusedException refused => refused,
        StoreUnavailableException =>
            new(StatusCodes.Status503ServiceUnavailable, "store", "The store cannot be reached now. Try again in a moment."),
        HttpRequestException or OperationCanceledException or JsonException => new(
            StatusCodes.Status503ServiceUnavailable, "google", "Google cannot be reached now, or does not answer as it should. Try again "
                + "in a moment."),

        { Data: { } data } when data["error"] is "invalid_client" => new(
            StatusCodes.Status500InternalServerError, "client", "Google does not know this server. Whoever runs it must check "
                + "Authentication:Google:ClientId and :ClientSecret."),

        // Where the OAuth handler puts the error that the other side names: a code that was used or is too old, above all.
        { Data: { } data } when data.Contains("error") => new(
            StatusCodes.Status400BadRequest, "code", $"Google did not take this sign-in: it was used before, or took too long. {Again}"),
        _ => new(
            StatusCodes.Status400BadRequest,
            "state",
            $"This does not belong to a sign-in that this browser began, or it was used before. {Again}"),
    };

    private static async Task AnswerAsync(HttpContext http, SignInRefusedException refused)
    {
        var logger = http.RequestServices.GetRequiredService<ILoggerFactory>().CreateLogger("XenoCrm.Api.Auth.Google");
        Log.Refused(logger, refused.Reason, refused.Status);
        if (refused.Status == StatusCodes.Status503ServiceUnavailable)
        {
            http.Response.Headers.RetryAfter = ProblemExceptionHandler.RetryAfterSeconds.ToString(
                System.Globalization.CultureInfo.InvariantCulture);
        }

        await TypedResults.Problem(refused.Message, statusCode: refused.Status, title: "You are not signed in").ExecuteAsync(http);
    }

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Information, Message = "A sign-in with Google was refused with {Status}: {Reason}")]
        public static partial void Refused(ILogger logger, string reason, int status);
    }
}
