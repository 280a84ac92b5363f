using System.Globalization;
using System.Text.Json;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using XenoCrm.Api.Access;
using XenoCrm.Api.Customers;
using XenoCrm.Api.Http;
using XenoCrm.Api.Orders;
using XenoCrm.Api.Rows;
using XenoCrm.Core;
using XenoCrm.Core.Rows;

namespace XenoCrm.Api.Imports.Bulk;

internal static class BulkEndpoints
{
    public const int MaxBodyBytes = 32 * 1024 * 1024;

    private const int BatchRows = 5000;

    public static IEndpointRouteBuilder MapBulk(this IEndpointRouteBuilder routes)
    {
        var bulk = routes.MapGroup("").RequirePermission(Permission.Ingest).WithTags("Bulk");
        bulk.MapPost("/customers/bulk", AddCustomers).TakesRows<CustomerRequest>()
            .WithName("AddCustomers")
                .WithSummary("Adds or updates many customers: a JSON array or NDJSON. Good rows go in, bad ones are named.");
        bulk.MapPost("/orders/bulk", AddOrders).TakesRows<OrderRequest>()
            .WithName("AddOrders").WithSummary("Adds many orders: a JSON array or NDJSON. Good rows go in, bad ones are named.");
        return routes;
    }

    private static RouteHandlerBuilder TakesRows<TRow>(this RouteHandlerBuilder route) => route
        .Accepts<TRow[]>(MediaTypes.Json, BulkBody.NdjsonTypes)
        .WithMetadata(new RequestSizeLimitAttribute(MaxBodyBytes), new TakesGzip())
        .ProducesValidationProblem()
        .ProducesProblem(StatusCodes.Status413PayloadTooLarge)
        .ProducesProblem(StatusCodes.Status503ServiceUnavailable);

    private static Task<Results<Ok<BulkResponse>, ProblemHttpResult>> AddCustomers(
        HttpRequest request, CustomerIntake intake, CancellationToken cancellationToken) =>
        AddAsync(request, intake, cancellationToken);

    private static Task<Results<Ok<BulkResponse>, ProblemHttpResult>> AddOrders(
        HttpRequest request, OrderIntake intake, CancellationToken cancellationToken) =>
        AddAsync(request, intake, cancellationToken);

    private static async Task<Results<Ok<BulkResponse>, ProblemHttpResult>> AddAsync<T>(
        HttpRequest request, BulkIntake<T> intake, CancellationToken cancellationToken)
        where T : class
    {
        await using var body = await BulkBody.ReceiveAsync(request, cancellationToken);
        var tally = RowTally.Zero;
        try
        {
            await foreach (var batch in BatchesAsync(body, intake, cancellationToken))
            {
                tally = tally.Plus(await intake.StoreAsync(batch, cancellationToken));
            }

            return TypedResults.Ok(BulkResponse.Of(tally));
        }
        catch (StoreUnavailableException) when (tally.Rows > 0)
        {
            return Interrupted(request.HttpContext, tally);
        }
    }

    private static async IAsyncEnumerable<RowBatch<T>> BatchesAsync<T>(
        BulkBody body, Intake<T> intake, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken)
        where T : class
    {
        var batch = new RowBatch<T>();
        var index = 0L;
        await foreach (var row in body.ReadAsync(cancellationToken))
        {
            Read(row, index++, intake, batch);
            if (batch.Rows == BatchRows)
            {
                yield return batch;
                batch = new RowBatch<T>();
            }
        }

        if (batch.Rows > 0)
        {
            yield return batch;
        }
    }

    private static void Read<T>(BulkRow row, long index, Intake<T> intake, RowBatch<T> batch)
        where T : class
    {
        if (row.Fault is { } fault)
        {
            batch.Refuse(index, [new FieldError(JsonRowSource.WholeRow, fault)]);
            return;
        }

        try
        {
            using var json = RowJson.Parse(row.Json);
            intake.Read(new JsonRowSource(json.RootElement, intake.Csv.Members), index, batch);
        }
        catch (JsonException e)
        {
            batch.Refuse(index, [new FieldError(JsonRowSource.WholeRow, Problems.MessageOf(e))]);
        }
    }

    // The one answer after which some rows are in and some are not. Sending all of them again sets it right.
    private static ProblemHttpResult Interrupted(HttpContext http, RowTally tally)
    {
        http.Response.Headers.RetryAfter = ProblemExceptionHandler.RetryAfterSeconds.ToString(CultureInfo.InvariantCulture);
        return TypedResults.Problem(
            $"The store can no longer be written. The first {tally.Rows} rows are done with, the others are not. Send all of them again: "
                + "rows that are in do not count twice.",
            statusCode: StatusCodes.Status503ServiceUnavailable,
            extensions: [new("accepted", tally.Accepted), new("rejected", tally.Rejected)]);
    }
}
