using System.ComponentModel.DataAnnotations;
using System.Globalization;
using XenoCrm.VendorSimulator.Receipts;

namespace XenoCrm.VendorSimulator.Faults;

/// <summary>The answer takes its time.</summary>
internal sealed record Slow : SendFault
{
    [Range(typeof(TimeSpan), "00:00:00", "01:00:00")]
    public TimeSpan By { get; init; } = TimeSpan.FromSeconds(2);

    public override async ValueTask<object?> SpoilAsync(
        EndpointFilterInvocationContext context, EndpointFilterDelegate next, Func<TimeSpan, Task> pause)
    {
        await pause(By);
        return await next(context);
    }
}

/// <summary>429 with <c>Retry-After</c>; nothing is accepted.</summary>
internal sealed record RateLimits : SendFault
{
    /// <summary>Told in whole seconds, rounded up.</summary>
    [Range(typeof(TimeSpan), "00:00:00", "01:00:00")]
    public TimeSpan RetryAfter { get; init; } = TimeSpan.FromSeconds(1);

    public override ValueTask<object?> SpoilAsync(
        EndpointFilterInvocationContext context, EndpointFilterDelegate next, Func<TimeSpan, Task> pause)
    {
        var seconds = (long)Math.Ceiling(RetryAfter.TotalSeconds);
        context.HttpContext.Response.Headers.RetryAfter = seconds.ToString(CultureInfo.InvariantCulture);
        return ValueTask.FromResult<object?>(TypedResults.Problem(
            $"Too many requests; nothing was accepted. Try again in {seconds} s.", statusCode: StatusCodes.Status429TooManyRequests));
    }
}

/// <summary>A 5xx; nothing is accepted.</summary>
internal sealed record ServerErrors : SendFault
{
    [Range(500, 599)]
    public int Status { get; init; } = StatusCodes.Status503ServiceUnavailable;

    public override ValueTask<object?> SpoilAsync(
        EndpointFilterInvocationContext context, EndpointFilterDelegate next, Func<TimeSpan, Task> pause) =>
        ValueTask.FromResult<object?>(
            TypedResults.Problem("The vendor is in trouble; nothing was accepted. Try again.", statusCode: Status));
}

/// <summary>Everything is accepted and stored, but the answer hangs for longer than a client waits.</summary>
internal sealed record Timeouts : SendFault
{
    [Range(typeof(TimeSpan), "00:00:00", "01:00:00")]
    public TimeSpan HangFor { get; init; } = TimeSpan.FromMinutes(2);

    public override async ValueTask<object?> SpoilAsync(
        EndpointFilterInvocationContext context, EndpointFilterDelegate next, Func<TimeSpan, Task> pause)
    {
        var answer = await next(context);
        await pause(HangFor);
        return answer;
    }
}

/// <summary>Everything is accepted and stored, but the connection breaks in the middle of the answer.</summary>
internal sealed record CutAnswers : SendFault
{
    public override async ValueTask<object?> SpoilAsync(
        EndpointFilterInvocationContext context, EndpointFilterDelegate next, Func<TimeSpan, Task> pause)
    {
        var answer = (IResult)(await next(context))!;
        var http = context.HttpContext;
        var connection = http.Response.Body;
        using var written = new MemoryStream();
        http.Response.Body = written;
        await answer.ExecuteAsync(http);
        http.Response.Body = connection;
        http.Response.ContentLength = written.Length;
        await connection.WriteAsync(written.GetBuffer().AsMemory(0, (int)written.Length / 2));
        await connection.FlushAsync();
        http.Abort();
        return Results.Empty;
    }
}

/// <summary>The receipts fall due at once, while the answer to the send is held back: they arrive before it does.</summary>
internal sealed record ReceiptsFirst : SendFault
{
    [Range(typeof(TimeSpan), "00:00:00", "01:00:00")]
    public TimeSpan HoldFor { get; init; } = TimeSpan.FromSeconds(2);

    public override async ValueTask<object?> SpoilAsync(
        EndpointFilterInvocationContext context, EndpointFilterDelegate next, Func<TimeSpan, Task> pause)
    {
        context.HttpContext.Features.Set(new AtOnce());
        var answer = await next(context);
        await pause(HoldFor);
        return answer;
    }
}
