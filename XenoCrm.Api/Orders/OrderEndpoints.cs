using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using XenoCrm.Api.Auth;
using XenoCrm.Api.Http;
using XenoCrm.Api.Imports.Bulk;
using XenoCrm.Api.Imports.Rows;
using XenoCrm.Data.Orders;

namespace XenoCrm.Api.Orders;

internal static class OrderEndpoints
{
    public static IEndpointRouteBuilder MapOrders(this IEndpointRouteBuilder routes)
    {
        routes.MapPost("/orders", Add).Accepts<OrderRequest>(BulkBody.JsonType).WithMetadata(new RequestSizeLimitAttribute(RowJson.MaxBytes))
            .RequirePermission(Permission.Ingest).WithTags("Orders").WithName("AddOrder").WithSummary("Adds an order; one that is known already stays as it was and counts once.");
        return routes;
    }

    private static async Task<Results<Created<OrderResponse>, Ok<OrderResponse>, ValidationProblem>> Add(
        HttpRequest request, IOrderStore orders, CancellationToken cancellationToken)
    {
        using var json = await RowJson.ReadAsync(request, cancellationToken);
        var row = new JsonRowSource(json.RootElement);
        if (OrderRow.Read(row) is not { } order)
        {
            return Problems.Invalid(row.Errors);
        }

        var isNew = (await orders.AddAsync([order], cancellationToken)).Single();
        var response = new OrderResponse(order.Id, isNew);
        return isNew ? TypedResults.Created((string?)null, response) : TypedResults.Ok(response);
    }
}
