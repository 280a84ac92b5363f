using Microsoft.AspNetCore.Http.Features;

namespace XenoCrm.Api.Http;

/// <summary>
/// HEAD is answered as GET is, without the body; OPTIONS, and a verb that a path does not know, with those that it knows.
/// </summary>
internal static class MethodAnswers
{
    /// <summary>Before routing, which knows no HEAD where there is GET alone. The server itself sends no body for it.</summary>
    public static Task AnswerHeadAsync(HttpContext http, RequestDelegate next) =>
        HttpMethods.IsHead(http.Request.Method) ? AnswerAsGetAsync(http, next) : next(http);

    private static async Task AnswerAsGetAsync(HttpContext http, RequestDelegate next)
    {
        using var enough = CancellationTokenSource.CreateLinkedTokenSource(http.RequestAborted);
        var (aborted, body) = (http.RequestAborted, http.Features.GetRequiredFeature<IHttpResponseBodyFeature>());
        http.Request.Method = HttpMethods.Get;
        http.RequestAborted = enough.Token;
        http.Response.Body = new Nothing(body, enough);
        try
        {
            await next(http);
        }
        catch (OperationCanceledException) when (http.Response.HasStarted)
        {
            // What would have gone on, a stream of events, ends once its headers are out.
        }
        finally
        {
            http.Features.Set(body);
            http.RequestAborted = aborted;
            http.Request.Method = HttpMethods.Head;
        }
    }

    /// <summary>Before sign-in is asked for: what a path knows is no secret, it stands in the API's description.</summary>
    public static Task AnswerOptionsAsync(HttpContext http, RequestDelegate next)
    {
        var routes = http.RequestServices.GetRequiredService<RouteTable>();
        if (HttpMethods.IsOptions(http.Request.Method) && routes.MethodsAt(http.Request.Path) is { Length: > 0 } methods)
        {
            http.Response.StatusCode = StatusCodes.Status204NoContent;
            http.Response.Headers.Allow = string.Join(", ", methods);
            return Task.CompletedTask;
        }

        http.Response.OnStarting(() =>
        {
            if (http.Response.StatusCode == StatusCodes.Status405MethodNotAllowed)
            {
                http.Response.Headers.Allow = string.Join(", ", routes.MethodsAt(http.Request.Path));
            }

            return Task.CompletedTask;
        });
        return next(http);
    }

    /// <summary>Takes a body in and lets none out; the first flush sends the headers and ends it.</summary>
    private sealed class Nothing(IHttpResponseBodyFeature body, CancellationTokenSource enough) : Stream
    {
        public override bool CanRead => false;

        public override bool CanSeek => false;

        public override bool CanWrite => true;

        public override long Length => throw new NotSupportedException();

        public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

        public override async Task FlushAsync(CancellationToken cancellationToken)
        {
            await body.StartAsync(cancellationToken);
            await enough.CancelAsync();
        }

        public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default) =>
            ValueTask.CompletedTask;

        public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) => Task.CompletedTask;

        public override void Write(byte[] buffer, int offset, int count)
        {
        }

        public override void Flush()
        {
        }

        public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();
    }
}
