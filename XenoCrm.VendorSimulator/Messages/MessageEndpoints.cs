using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Microsoft.AspNetCore.Http.HttpResults;
using XenoCrm.VendorSimulator.Faults;
using XenoCrm.VendorSimulator.Http;
using XenoCrm.VendorSimulator.Receipts;

namespace XenoCrm.VendorSimulator.Messages;

internal static class MessageEndpoints
{
    private const int DefaultLimit = 50;
    private const int MaxLimit = 500;

    public static IEndpointRouteBuilder MapMessages(this IEndpointRouteBuilder vendor)
    {
        vendor.MapPost("/send", SendAsync).AddEndpointFilter<SendFaultFilter>().Accepts<SendRequest>("application/json")
            .WithName("Send").WithSummary("Accepts a message or a batch; the receipts come to the callback URL later.");
        vendor.MapGet("/messages", List)
            .WithName("ListMessages").WithSummary("What became of the messages accepted last, the newest first.");
        vendor.MapGet("/messages/{id}", Find)
            .WithName("FindMessage").WithSummary("What became of a message, by the customer's id or the vendor's.");
        return vendor;
    }

    private static async Task<Results<Ok<SendAnswer>, Ok<SendBatchAnswer>, ValidationProblem>> SendAsync(
        HttpContext http, MessageStore store, CancellationToken cancellationToken)
    {
        var (request, problem) = await JsonBody.ReadAsync<SendRequest>(http.Request, JsonSerializerOptions.Web, cancellationToken);
        if (request is null)
        {
            return problem!;
        }

        if (SendValidation.Errors(request) is { Count: > 0 } errors)
        {
            return TypedResults.ValidationProblem(errors);
        }

        var ids = await store.AcceptAsync(request, TraceOf(http), http.Features.Get<AtOnce>() is not null, cancellationToken);
        return request.IsBatch
            ? TypedResults.Ok(new SendBatchAnswer([.. request.Items.Zip(ids, (item, id) => new AcceptedMessage(item!.Id!, id))]))
            : TypedResults.Ok(new SendAnswer(ids[0]));
    }

    private static Results<Ok<IReadOnlyList<MessageState>>, ValidationProblem> List(string? limit, MessageStore store)
    {
        if (limit is null)
        {
            return TypedResults.Ok(store.Newest(DefaultLimit));
        }

        return int.TryParse(limit, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number is >= 1 and <= MaxLimit
            ? TypedResults.Ok(store.Newest(number))
            : TypedResults.ValidationProblem(new Dictionary<string, string[]>
            {
                ["limit"] = [$"'{limit}' is not a whole number from 1 to {MaxLimit}."],
            });
    }

    private static Results<Ok<MessageState>, ProblemHttpResult> Find(string id, MessageStore store, CancellationToken cancellationToken) =>
        store.Find(id) is { } state
            ? TypedResults.Ok(state)
            : TypedResults.Problem(
                "There is no such message: it was never accepted, or finished too long ago.", statusCode: StatusCodes.Status404NotFound);

    // Only a trace that the client began: one of the vendor's own would keep receipts apart that could share a callback.
    private static string? TraceOf(HttpContext http) =>
        ActivityContext.TryParse(http.Request.Headers.TraceParent, null, out _)
            ? Activity.Current?.Id ?? http.Request.Headers.TraceParent
            : null;
}

internal sealed record SendAnswer(string VendorMessageId);

/// <param name="Accepted">In the order of the request.</param>
internal sealed record SendBatchAnswer(IReadOnlyList<AcceptedMessage> Accepted);

internal sealed record AcceptedMessage(string Id, string VendorMessageId);
