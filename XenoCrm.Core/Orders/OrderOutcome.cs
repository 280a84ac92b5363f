using XenoCrm.Core.Rows;

namespace XenoCrm.Core.Orders;

/// <summary>What became of an order that came in.</summary>
public enum OrderOutcome
{
    Created,

    /// <summary>It was known with other contents, and has these now.</summary>
    Updated,

    /// <summary>It was known with the same contents.</summary>
    Unchanged,

    /// <summary>Its id and its e-mail address are of two customers; nothing was stored.</summary>
    CustomersDiffer,

    /// <summary>It refunds another customer's order; nothing was stored.</summary>
    RefundOfAnother,

    /// <summary>It refunds a refund; nothing was stored.</summary>
    RefundOfRefund,
}

public static class OrderOutcomes
{
    /// <summary>Why nothing was stored of the order; null if it was.</summary>
    public static FieldError? Refusal(this OrderOutcome outcome) => outcome switch
    {
        OrderOutcome.CustomersDiffer => new FieldError(
            "customerEmail", "The e-mail address is another customer's than the one whom customerId names. Name one of the two."),
        OrderOutcome.RefundOfAnother => new FieldError(
            "refundOf", "The order that this refunds is another customer's. A refund names the customer of its order."),
        OrderOutcome.RefundOfRefund => new FieldError("refundOf", "A refund belongs to an order, not to another refund."),
        _ => null,
    };
}
