using Microsoft.AspNetCore.Diagnostics;
using XenoCrm.VendorSimulator.Storage;

namespace XenoCrm.VendorSimulator.Http;

/// <summary>A body that is too large or breaks off is the client's fault; a database that cannot be written is a 503.</summary>
internal sealed partial class VendorExceptionHandler(ILogger<VendorExceptionHandler> logger) : IExceptionHandler
{
    private const string RetryAfterSeconds = "2";

    public async ValueTask<bool> TryHandleAsync(HttpContext httpContext, Exception exception, CancellationToken cancellationToken)
    {
        switch (exception)
        {
            case BadHttpRequestException bad:
                await TypedResults.Problem(bad.Message, statusCode: bad.StatusCode).ExecuteAsync(httpContext);
                return true;

            case StorageException:
                Log.Unavailable(logger, exception.Message);
                httpContext.Response.Headers.RetryAfter = RetryAfterSeconds;
                const string detail = "Nothing can be stored now, and nothing of the request was. Try again.";
                await TypedResults.Problem(detail, statusCode: StatusCodes.Status503ServiceUnavailable).ExecuteAsync(httpContext);
                return true;

            case OperationCanceledException when httpContext.RequestAborted.IsCancellationRequested:
                httpContext.Response.StatusCode = StatusCodes.Status499ClientClosedRequest;
                return true;

            default:
                return false;
        }
    }

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Warning, Message = "A request was answered with 503. {Reason}")]
        public static partial void Unavailable(ILogger logger, string reason);
    }
}
