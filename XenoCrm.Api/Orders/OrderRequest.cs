using System.ComponentModel.DataAnnotations;
using System.Text.Json;
using System.Text.Json.Serialization;
using XenoCrm.Api.Imports.Rows;
using XenoCrm.Data.Customers;
using XenoCrm.Data.Orders;

namespace XenoCrm.Api.Orders;

/// <summary>What <c>POST /orders</c> takes, as the API's description shows it; <see cref="OrderRow"/> reads it.</summary>
/// <param name="Id">An order counts once, however often it comes.</param>
/// <param name="CustomerId">Whose it is; the customer may come later. Without it the e-mail address decides.</param>
/// <param name="Amount">From 0, with at most four decimals.</param>
/// <param name="Items">Whatever you want kept with it.</param>
public sealed record OrderRequest(
    [property: Required, MaxLength(Order.MaxIdLength)] string Id,
    [property: Required, JsonNumberHandling(JsonNumberHandling.Strict)] decimal Amount,
    [property: Required] DateTimeOffset PlacedAt,
    [property: MaxLength(Customer.MaxIdLength)] string? CustomerId = null,
    [property: MaxLength(RowSource.MaxEmailLength)] string? CustomerEmail = null,
    IReadOnlyList<JsonElement>? Items = null);

/// <param name="Created">False where the order was known already: it stays as it was, and counts once.</param>
public sealed record OrderResponse(string Id, bool Created);
