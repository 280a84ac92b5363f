using System.Security.Claims;
using Microsoft.AspNetCore.Http.HttpResults;
using XenoCrm.Api.Audit;
using XenoCrm.Api.Http;
using XenoCrm.Core;
using XenoCrm.Core.Customers;

namespace XenoCrm.Api.Customers;

/// <summary>What can be done with customers, for the API's routes and the pages.</summary>
internal sealed class CustomerService(ICustomerStore customers, AuditLog audit, TimeProvider time)
{
    /// <exception cref="InvalidCursorException">The cursor is not this list's.</exception>
    public async Task<Page<CustomerResponse>> ListAsync(CustomerQuery query, PageRequest page, CancellationToken cancellationToken) =>
        (await customers.ListAsync(query, page, cancellationToken)).Select(CustomerResponse.Of);

    /// <param name="id">As it stands in a path.</param>
    /// <param name="cancellationToken">The caller's.</param>
    /// <returns>Null if there is no such customer.</returns>
    public async Task<CustomerResponse?> FindAsync(string id, CancellationToken cancellationToken) =>
        await customers.FindAsync(CustomerRow.IdOf(id), cancellationToken) is { } customer ? CustomerResponse.Of(customer) : null;

    /// <summary>Adds a customer, or updates the one with that id, else with that e-mail address.</summary>
    /// <returns>Null if somebody has erased the customer in between: there is nothing left to show.</returns>
    /// <exception cref="RefusedRequestException">409: the address is another customer's; 400: something is missing.</exception>
    public async Task<UpsertedCustomer?> UpsertAsync(CustomerChange change, CancellationToken cancellationToken)
    {
        var result = (await customers.UpsertAsync([change], cancellationToken)).Single();
        if (result.Refusal is { } refusal)
        {
            throw result.Outcome == CustomerOutcome.EmailTaken
                ? RefusedRequestException.Conflict(refusal.Message)
                : RefusedRequestException.Invalid(refusal.Field, refusal.Message);
        }

        return await customers.FindAsync(result.Id!, cancellationToken) is { } customer
            ? new UpsertedCustomer(CustomerResponse.Of(customer), result.Outcome == CustomerOutcome.Created)
            : null;
    }

    /// <summary>From now on no campaign writes to the customer, or they do again.</summary>
    /// <returns>False if there is no such customer.</returns>
    public async Task<bool> SetUnsubscribedAsync(string id, bool unsubscribed, CancellationToken cancellationToken)
    {
        // A change of a customer that is not there would need a name: it brings nobody back who was erased.
        var change = new CustomerChange { Id = CustomerRow.IdOf(id), Unsubscribed = unsubscribed };
        return (await customers.UpsertAsync([change], cancellationToken)).Single().Refusal is null;
    }

    /// <summary>Erases the person everywhere; log rows stay without it.</summary>
    /// <returns>False if there is no such customer.</returns>
    public async Task<bool> EraseAsync(string id, ClaimsPrincipal person, CancellationToken cancellationToken)
    {
        id = CustomerRow.IdOf(id);
        if (!await customers.EraseAsync(id, cancellationToken))
        {
            return false;
        }

        await audit.WriteAsync(person, AuditAction.CustomerErased, id);
        return true;
    }

    /// <summary>Those of a list as a CSV file that can be imported again; a problem if they have too many attributes for one.</summary>
    public Task<Results<PushStreamHttpResult, ValidationProblem>> ExportAsync(
        CustomerQuery query, ClaimsPrincipal person, CancellationToken cancellationToken)
    {
        // What is asked for may be an address.
        var whom = query.TextKey is null && query.Rule is null ? "all" : "some";
        return CustomerExport.ToFileAsync(query, "customers", null, whom, person, customers, audit, time, cancellationToken);
    }
}

/// <param name="IsNew">Whether it was created, and not updated.</param>
internal sealed record UpsertedCustomer(CustomerResponse Customer, bool IsNew);
