using System.ComponentModel.DataAnnotations;
using System.Text.Json;
using System.Text.Json.Serialization;
using XenoCrm.Api.Rows;
using XenoCrm.Core.Customers;
using XenoCrm.Core.Orders;

namespace XenoCrm.Api.Orders;

/// <summary>What <c>POST /orders</c> takes, as the API's description shows it; <see cref="OrderRow"/> reads it.</summary>
/// <param name="Id">An order counts once, however often it comes; with other contents it is a correction.</param>
/// <param name="CustomerId">Whose it is; the customer may come later. Without it the e-mail address decides.</param>
/// <param name="CustomerEmail">With both, they must not be of two customers.</param>
/// <param name="Amount">From 0, with at most four decimals; below 0 in a refund.</param>
/// <param name="RefundOf">The id of the order that this refunds; it may come later.</param>
/// <param name="Items">Whatever you want kept with it.</param>
public sealed record OrderRequest(
    [property: Required, MaxLength(Order.MaxIdLength)] string Id,
    [property: Required, JsonNumberHandling(JsonNumberHandling.Strict)] decimal Amount,
    [property: Required] DateTimeOffset PlacedAt,
    [property: MaxLength(Customer.MaxIdLength)] string? CustomerId = null,
    [property: MaxLength(RowSource.MaxEmailLength)] string? CustomerEmail = null,
    IReadOnlyList<JsonElement>? Items = null,
    [property: MaxLength(Order.MaxIdLength)] string? RefundOf = null);

/// <summary>What became of an order. Neither created nor updated is one that was known with the same contents.</summary>
/// <param name="Created">Whether it was new.</param>
/// <param name="Updated">Whether it was known with other contents, and is corrected now.</param>
public sealed record OrderAnswer(string Id, bool Created, bool Updated);

/// <summary>An order as it is stored.</summary>
/// <param name="CustomerId">Null while it waits for its customer.</param>
/// <param name="CustomerEmail">The address for which it waits; null once its customer is there.</param>
/// <param name="Items">Whatever came with it; null where nothing did.</param>
/// <param name="RefundOf">The order that this refunds; null for an order.</param>
public sealed record OrderResponse(
    string Id, string? CustomerId, string? CustomerEmail, decimal Amount, DateTimeOffset PlacedAt, JsonElement? Items, string? RefundOf)
{
    internal static OrderResponse Of(Order order) => new(
        order.Id, order.CustomerId, order.CustomerEmail, order.Amount, order.PlacedAt, order.Items is null ? null : Json(order.Items),
            order.RefundOf);

    private static JsonElement Json(string items)
    {
        using var json = JsonDocument.Parse(items, RowJson.Options);
        return json.RootElement.Clone();
    }
}
