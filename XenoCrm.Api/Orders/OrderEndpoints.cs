using System.Security.Claims;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using XenoCrm.Api.Access;
using XenoCrm.Api.Http;
using XenoCrm.Api.Rows;

namespace XenoCrm.Api.Orders;

internal static class OrderEndpoints
{
    public static IEndpointRouteBuilder MapOrders(this IEndpointRouteBuilder routes)
    {
        var orders = routes.MapGroup("").WithTags("Orders");
        orders.MapPost("/orders", Add).Accepts<OrderRequest>(MediaTypes.Json)
            .WithMetadata(new RequestSizeLimitAttribute(RowJson.MaxBytes))
            .RequirePermission(Permission.Ingest)
            .WithName("AddOrder").WithSummary(
                "Adds an order or a refund; one that is known already counts once, and with other contents is corrected.");
        orders.MapGet("/orders/{id}", Find).RequirePermission(Permission.Read).ProducesProblem(StatusCodes.Status404NotFound)
            .WithName("GetOrder").WithSummary("An order, or a refund.");
        orders.MapDelete("/orders/{id}", Remove).RequirePermission(Permission.Ingest).ProducesProblem(StatusCodes.Status404NotFound)
            .WithName("DeleteOrder").WithSummary("Takes an order out of all totals, with its refunds.");
        orders.MapGet("/customers/{id}/orders", ListOfCustomer).RequirePermission(Permission.Read)
            .ProducesProblem(StatusCodes.Status404NotFound)
            .WithName("ListOrdersOfCustomer").WithSummary("A customer's orders and refunds, newest first.");
        return routes;
    }

    private static async Task<Results<Created<OrderAnswer>, Ok<OrderAnswer>, ValidationProblem>> Add(
        HttpRequest request, OrderService orders, CancellationToken cancellationToken)
    {
        using var json = await RowJson.ReadAsync(request, cancellationToken);
        var row = new JsonRowSource(json.RootElement, OrderRow.Csv.Members);
        if (OrderRow.Read(row) is not { } order)
        {
            return Problems.Invalid(row.Errors);
        }

        var answer = await orders.AddAsync(order, cancellationToken);
        return answer.Created ? TypedResults.Created($"/orders/{Uri.EscapeDataString(order.Id)}", answer) : TypedResults.Ok(answer);
    }

    private static async Task<Results<Ok<OrderResponse>, ProblemHttpResult>> Find(
        string id, OrderService orders, CancellationToken cancellationToken) =>
        await orders.FindAsync(IdOf(id), cancellationToken) is { } order
            ? TypedResults.Ok(order)
            : Problems.NotFound("order");

    private static async Task<Results<NoContent, ProblemHttpResult>> Remove(
        string id, ClaimsPrincipal person, OrderService orders, CancellationToken cancellationToken) =>
        await orders.RemoveAsync(IdOf(id), person, cancellationToken) ? TypedResults.NoContent() : Problems.NotFound("order");

    private static async Task<Results<Ok<OrderResponse[]>, ValidationProblem, ProblemHttpResult>> ListOfCustomer(
        string id, int? limit, string? cursor, HttpContext http, OrderService orders, CancellationToken cancellationToken)
    {
        if (Paging.Read(limit, cursor, out var problem) is not { } page)
        {
            return problem!;
        }

        return await orders.ListOfCustomerAsync(id, page, cancellationToken) is { } found
            ? Paging.Answer(http, found)
            : Problems.NotFound("customer");
    }

    // A shop's order id may have a '/' in it, which a path keeps as it was encoded: 2026%2F0042.
    private static string IdOf(string id) => RowText.ToLine(id.Replace("%2F", "/", StringComparison.OrdinalIgnoreCase));
}
