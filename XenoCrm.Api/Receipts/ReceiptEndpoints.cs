using System.Buffers;
using System.Diagnostics;
using System.Security.Claims;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using XenoCrm.Api.Access;
using XenoCrm.Api.Http;
using XenoCrm.Api.Vendor;
using XenoCrm.Core.Receipts;

namespace XenoCrm.Api.Receipts;

/// <summary>Where the vendor says what became of the messages: a signed body, one append to the stream, an answer.</summary>
internal static class ReceiptEndpoints
{
    // A caller holds a place in the queue only so long, however slowly it sends.
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(30);

    // W3C asks for 512 at least to be passed on; a caller may not fill our stream with more.
    private const int MaxTraceStateLength = 512;

    public static IServiceCollection AddReceipts(this IServiceCollection services) => services.AddSingleton<DeadLetterService>();

    public static IEndpointRouteBuilder MapReceipts(this IEndpointRouteBuilder routes)
    {
        Signed(routes.MapPost("/vendor/receipt", AcceptAsync))
            .WithName("AcceptReceipts")
            .WithSummary("The vendor's callback: one receipt or an array of up to 1,000, signed. Each is judged alone.")
            .ProducesProblem(StatusCodes.Status503ServiceUnavailable);
        Signed(routes.MapPost("/vendor/receipt/test", AcceptTestAsync))
            .WithName("AcceptTestReceipts")
            .WithSummary("The same for a campaign's test messages, which count nowhere: they are taken and forgotten.");
        Callback(routes.MapPost("/vendor/receipt/{channel}", AcceptFromAsync))
            .WithName("AcceptChannelReceipts")
            .WithSummary("What the vendor for email or phone says of messages, in its own form, and a mail server's bounces.")
            .ProducesProblem(StatusCodes.Status404NotFound)
            .ProducesProblem(StatusCodes.Status503ServiceUnavailable)
            .AddOpenApiOperationTransformer(ReceiptDescription.AddForeignBodyAsync);

        var dead = routes.MapGroup("/receipts/dead").WithTags("Receipts");
        dead.MapGet("", ListDeadAsync).RequirePermission(Permission.Read)
            .WithName("ListDeadReceipts").WithSummary("Receipts that were given up, newest first, each with its reason.");
        dead.MapPost("/replay", ReplayDeadAsync).RequirePermission(Permission.Send)
            .WithName("ReplayDeadReceipts")
            .WithSummary("Puts receipts that were given up back into the stream: those named, or all that can be.");
        dead.MapPost("/discard", DiscardDeadAsync).RequirePermission(Permission.Send)
            .WithName("DiscardDeadReceipts").WithSummary("Drops receipts that were given up: those named, or all that cannot be replayed.");
        return routes;
    }

    /// <summary>What the callbacks in our own protocol have in common.</summary>
    private static RouteHandlerBuilder Signed(RouteHandlerBuilder callback) =>
        Callback(callback).AddOpenApiOperationTransformer(ReceiptDescription.AddBodyAsync);

    private static RouteHandlerBuilder Callback(RouteHandlerBuilder callback)
    {
        callback.AllowAnonymous()
            .DisableValidation()
            .WithMetadata(new SignedRequest(), new RequestSizeLimitAttribute(ReceiptReader.MaxBodyBytes))
            .WithTags("Receipts")
            .ProducesProblem(StatusCodes.Status401Unauthorized)
            .ProducesProblem(StatusCodes.Status413PayloadTooLarge)
            .WithRequestTimeout(Timeout);
        return callback;
    }

    private static Task<Results<Ok<ReceiptAnswer>, ValidationProblem, ProblemHttpResult>> AcceptAsync(
        HttpContext http, VendorClient vendor, IReceiptStream stream, ReceiptTelemetry telemetry, TimeProvider time,
        CancellationToken cancellationToken) =>
        TakeAsync(http, vendor, stream, telemetry, time, cancellationToken);

    /// <param name="channel"><c>email</c> or <c>phone</c>.</param>
    /// <param name="http">The callback.</param>
    /// <param name="vendors">One of them reads it.</param>
    /// <param name="stream">Where receipts go.</param>
    /// <param name="telemetry">Counts them.</param>
    /// <param name="time">The clock.</param>
    /// <param name="cancellationToken">The caller's.</param>
    private static async Task<Results<Ok<ReceiptAnswer>, ValidationProblem, ProblemHttpResult>> AcceptFromAsync(
        string channel, HttpContext http, Vendors vendors, IReceiptStream stream, ReceiptTelemetry telemetry, TimeProvider time,
        CancellationToken cancellationToken) =>
        vendors.Named(channel) is { } line
            ? await TakeAsync(http, line.Vendor, stream, telemetry, time, cancellationToken)
            : TypedResults.Problem(
                "A vendor's receipts come to /vendor/receipt/email or /vendor/receipt/phone.", statusCode: StatusCodes.Status404NotFound);

    private static async Task<Results<Ok<ReceiptAnswer>, ValidationProblem, ProblemHttpResult>> TakeAsync(
        HttpContext http, IVendor vendor, IReceiptStream stream, ReceiptTelemetry telemetry, TimeProvider time,
        CancellationToken cancellationToken)
    {
        var (reading, fault) = await ReadAsync(http, vendor, telemetry, cancellationToken);
        if (fault is not null)
        {
            return fault;
        }

        // Test messages count nowhere.
        var receipts = reading.Receipts.Any(IsOfTest) ? [.. reading.Receipts.Where(receipt => !IsOfTest(receipt))] : reading.Receipts;
        var rejected = reading.Rejected.Count;
        if (receipts.Count + rejected > 0)
        {
            using var activity = ReceiptTelemetry.Activities.StartActivity("receipts append", ActivityKind.Producer);
            var batch = new ReceiptBatch(receipts, time.GetUtcNow(), Trace(activity ?? Activity.Current));
            await stream.AppendAsync(batch with { Rejected = reading.Rejected }, cancellationToken);
            telemetry.Received(receipts.Count);
            telemetry.Dead(rejected);
        }

        return TypedResults.Ok(new ReceiptAnswer(true, reading.Receipts.Count, rejected));
    }

    private static async Task<Results<Ok<ReceiptAnswer>, ValidationProblem, ProblemHttpResult>> AcceptTestAsync(
        HttpContext http, VendorClient vendor, ReceiptTelemetry telemetry, CancellationToken cancellationToken)
    {
        var (reading, fault) = await ReadAsync(http, vendor, telemetry, cancellationToken);
        return fault ?? TypedResults.Ok(new ReceiptAnswer(true, reading.Receipts.Count, reading.Rejected.Count));
    }

    /// <summary>What a body says; or the answer to one that cannot be taken.</summary>
    private static async Task<(ReceiptReading Reading, Results<Ok<ReceiptAnswer>, ValidationProblem, ProblemHttpResult>? Fault)> ReadAsync(
        HttpContext http, IVendor vendor, ReceiptTelemetry telemetry, CancellationToken cancellationToken)
    {
        // All of it at once: the signature is over the raw bytes.
        var body = await http.Request.BodyReader.ReadAtLeastAsync(ReceiptReader.MaxBodyBytes + 1, cancellationToken);
        ReceiptReading reading;
        string? refusal;
        try
        {
            reading = Examine(body.Buffer, http.Request.Headers, vendor, out refusal);
        }
        finally
        {
            http.Request.BodyReader.AdvanceTo(body.Buffer.End);
        }

        if (refusal is not null)
        {
            telemetry.Refused("signature");
            return (default, TypedResults.Problem(refusal, statusCode: StatusCodes.Status401Unauthorized));
        }

        if (reading.Refusal is not null)
        {
            telemetry.Refused("body");
            return (default, Problems.Invalid("$", reading.Refusal));
        }

        return (reading, null);
    }

    private static bool IsOfTest(Receipt receipt) => receipt.Id?.StartsWith(VendorMessage.TestPrefix, StringComparison.Ordinal) == true;

    private static async Task<Results<Ok<DeadReceiptResponse[]>, ValidationProblem>> ListDeadAsync(
        int? limit, string? cursor, HttpContext http, DeadLetterService letters, CancellationToken cancellationToken) =>
        Paging.Read(limit, cursor, out var problem) is { } page
            ? Paging.Answer(http, await letters.ListAsync(page, cancellationToken))
            : problem!;

    private static async Task<Results<Ok<ReplayResponse>, ValidationProblem>> ReplayDeadAsync(
        ReplayRequest? request, ClaimsPrincipal person, DeadLetterService letters, CancellationToken cancellationToken) =>
        TypedResults.Ok(new ReplayResponse(await letters.ReplayAsync(request?.Ids, person, cancellationToken)));

    private static async Task<Results<Ok<DiscardResponse>, ValidationProblem>> DiscardDeadAsync(
        DiscardRequest? request, ClaimsPrincipal person, DeadLetterService letters, CancellationToken cancellationToken) =>
        TypedResults.Ok(new DiscardResponse(await letters.DiscardAsync(request?.Ids, person, cancellationToken)));

    private static ReceiptReading Examine(
        ReadOnlySequence<byte> body, IHeaderDictionary headers, IVendor vendor, out string? refusal)
    {
        var bytes = body.IsSingleSegment ? body.FirstSpan : body.ToArray();
        refusal = vendor.Refusal(headers, bytes);
        return refusal is null ? vendor.Read(bytes) : default;
    }

    // One that nobody records would only lead nowhere.
    private static TraceContext? Trace(Activity? activity) => activity is { Recorded: true, IdFormat: ActivityIdFormat.W3C, Id: { } id }
        ? new TraceContext(id, activity.TraceStateString is { Length: > 0 and <= MaxTraceStateLength } state ? state : null)
        : null;
}
