using System.Security.Claims;
using XenoCrm.Api.Audit;
using XenoCrm.Api.Customers;
using XenoCrm.Api.Http;
using XenoCrm.Core;
using XenoCrm.Core.Customers;
using XenoCrm.Core.Orders;

namespace XenoCrm.Api.Orders;

/// <summary>What can be done with orders, for the API's routes and the pages.</summary>
internal sealed class OrderService(ICustomerStore customers, IOrderStore orders, AuditLog audit)
{
    /// <exception cref="RefusedRequestException">400: it does not go with what is stored.</exception>
    public async Task<OrderAnswer> AddAsync(Order order, CancellationToken cancellationToken)
    {
        var outcome = (await orders.AddAsync([order], cancellationToken)).Single();
        return outcome.Refusal() is { } refusal
            ? throw RefusedRequestException.Invalid(refusal.Field, refusal.Message)
            : new OrderAnswer(order.Id, outcome == OrderOutcome.Created, outcome == OrderOutcome.Updated);
    }

    /// <summary>Null if there is no such order.</summary>
    public async Task<OrderResponse?> FindAsync(string id, CancellationToken cancellationToken) =>
        await orders.FindAsync(id, cancellationToken) is { } order ? OrderResponse.Of(order) : null;

    /// <summary>Takes an order out of all totals, with its refunds; false if there is no such order.</summary>
    public async Task<bool> RemoveAsync(string id, ClaimsPrincipal person, CancellationToken cancellationToken)
    {
        if (!await orders.RemoveAsync(id, cancellationToken))
        {
            return false;
        }

        await audit.WriteAsync(person, AuditAction.OrderDeleted, id);
        return true;
    }

    /// <summary>A customer's orders and refunds, newest first; null if there is no such customer.</summary>
    /// <exception cref="InvalidCursorException">The cursor is not this list's.</exception>
    public async Task<Page<OrderResponse>?> ListOfCustomerAsync(string customerId, PageRequest page, CancellationToken cancellationToken) =>
        await customers.FindAsync(CustomerRow.IdOf(customerId), cancellationToken) is { } customer
            ? (await orders.ListAsync(customer.Id, page, cancellationToken)).Select(OrderResponse.Of)
            : null;
}
