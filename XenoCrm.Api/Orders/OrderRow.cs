using XenoCrm.Api.Rows;
using XenoCrm.Api.Rows.Csv;
using XenoCrm.Core;
using XenoCrm.Core.Orders;

namespace XenoCrm.Api.Orders;

/// <summary>What a row says of an order, however it came: singly, in bulk or as a line of CSV.</summary>
internal static class OrderRow
{
    public static readonly CsvLayout Csv = new(
        ["id", "customerId", "customerEmail", "amount", "placedAt", "items", "refundOf"],
        HasAttributes: false,
        [["id"], ["customerId", "customerEmail"], ["amount"], ["placedAt"]]);

    /// <summary>Null, and the row's errors, if it cannot be taken.</summary>
    public static Order? Read(RowSource row)
    {
        if (row.Errors.Count > 0)
        {
            return null;
        }

        var id = row.Id("id", Order.MaxIdLength);
        var customerId = row.CustomerId("customerId");
        var email = row.Email("customerEmail") is { Length: > 0 } text ? text : null;
        var amount = row.Number("amount");
        var placedAt = row.Time("placedAt");
        var items = row.JsonArray("items");
        var refundOf = row.Id("refundOf", Order.MaxIdLength);
        if (id is null)
        {
            row.Miss("id", "An order needs its id, by which it counts once.");
        }

        if (customerId is null && email is null)
        {
            row.Miss("customerId", "A customerId or a customerEmail must say whose order this is.", alternative: "customerEmail");
        }

        if (amount is null)
        {
            row.Miss("amount", "An order needs its amount.");
        }
        else if (!Money.IsAmount(amount.Value))
        {
            row.Refuse(
                "amount", "An amount is from 0 to 1,000,000,000, or in a refund down to -1,000,000,000, with at most four decimals.");
        }
        else if (amount < 0 && refundOf is null)
        {
            row.Refuse("amount", "An amount below 0 is a refund, and needs the id of the order that it refunds in refundOf.");
        }
        else if (amount >= 0 && refundOf is not null)
        {
            row.Refuse("amount", "A refund's amount is below 0, such as -12.50.");
        }

        if (refundOf is not null && refundOf == id)
        {
            row.Refuse("refundOf", "An order does not refund itself.");
        }

        if (placedAt is null)
        {
            row.Miss("placedAt", "An order needs the time at which it was placed.");
        }

        return row.Errors.Count > 0
            ? null
            : new Order
            {
                Id = id!,
                CustomerId = customerId,
                CustomerEmail = email,
                Amount = amount!.Value,
                PlacedAt = placedAt!.Value,
                Items = items,
                RefundOf = refundOf
            };
    }
}
