using System.Security.Claims;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using XenoCrm.Api.Audit;
using XenoCrm.Api.Auth;
using XenoCrm.Api.Http;
using XenoCrm.Api.Imports.Bulk;
using XenoCrm.Api.Imports.Rows;
using XenoCrm.Data.Customers;

namespace XenoCrm.Api.Customers;

internal static class CustomerEndpoints
{
    private const int MaxQueryLength = 200;

    public static IEndpointRouteBuilder MapCustomers(this IEndpointRouteBuilder routes)
    {
        var customers = routes.MapGroup("/customers").WithTags("Customers");
        customers.MapPost("", Upsert).Accepts<CustomerRequest>(BulkBody.JsonType).WithMetadata(new RequestSizeLimitAttribute(RowJson.MaxBytes))
            .ProducesProblem(StatusCodes.Status409Conflict)
            .RequirePermission(Permission.Ingest).WithName("UpsertCustomer").WithSummary("Adds a customer, or updates the one with that id, else with that e-mail address.");
        customers.MapGet("", List).RequirePermission(Permission.Read).WithName("ListCustomers").WithSummary("Customers by id; ?q= is part of the name or e-mail address.");
        customers.MapGet("/{id}", Find).RequirePermission(Permission.Read).ProducesProblem(StatusCodes.Status404NotFound)
            .WithName("FindCustomer").WithSummary("A customer, with what its orders add up to.");
        customers.MapDelete("/{id}", Erase).RequirePermission(Permission.Administer).ProducesProblem(StatusCodes.Status404NotFound)
            .WithName("EraseCustomer").WithSummary("Erases the person everywhere; log rows stay without it.");
        routes.MapCustomerExport();
        return routes;
    }

    private static async Task<Results<Created<CustomerResponse>, Ok<CustomerResponse>, ValidationProblem, ProblemHttpResult>> Upsert(
        HttpRequest request, ICustomerStore customers, CancellationToken cancellationToken)
    {
        using var json = await RowJson.ReadAsync(request, cancellationToken);
        var row = new JsonRowSource(json.RootElement);
        if (CustomerRow.Read(row) is not { } change)
        {
            return Problems.Invalid(row.Errors);
        }

        var result = (await customers.UpsertAsync([change], cancellationToken)).Single();
        if (result.Refusal is { } refusal)
        {
            return result.Outcome == CustomerOutcome.EmailTaken ? Problems.Conflict(refusal.Message) : Problems.Invalid(refusal.Field, refusal.Message);
        }

        // Erased again in between, by somebody else: there is nothing left to show.
        if (await customers.FindAsync(result.Id!, cancellationToken) is not { } customer)
        {
            return Problems.NotFound("customer");
        }

        var response = CustomerResponse.Of(customer);
        return result.Outcome == CustomerOutcome.Created
            ? TypedResults.Created($"/customers/{Uri.EscapeDataString(customer.Id)}", response)
            : TypedResults.Ok(response);
    }

    internal static ValidationProblem? QueryFault(string? q) =>
        q?.Length > MaxQueryLength ? Problems.Invalid("q", $"q has {q.Length} characters; {MaxQueryLength} are the most.") : null;

    private static async Task<Results<Ok<CustomerResponse[]>, ValidationProblem>> List(
        string? q, int? limit, string? cursor, ICustomerStore customers, HttpContext http, CancellationToken cancellationToken)
    {
        if (Paging.Read(limit, cursor, out var problem) is not { } page)
        {
            return problem!;
        }

        if (QueryFault(q) is { } fault)
        {
            return fault;
        }

        return Paging.Answer(http, await customers.ListAsync(string.IsNullOrWhiteSpace(q) ? null : q.Trim(), page, cancellationToken), CustomerResponse.Of);
    }

    private static async Task<Results<Ok<CustomerResponse>, ProblemHttpResult>> Find(string id, ICustomerStore customers, CancellationToken cancellationToken) =>
        await customers.FindAsync(id, cancellationToken) is { } customer
            ? TypedResults.Ok(CustomerResponse.Of(customer))
            : Problems.NotFound("customer");

    private static async Task<Results<NoContent, ProblemHttpResult>> Erase(
        string id, ClaimsPrincipal person, ICustomerStore customers, AuditLog audit, CancellationToken cancellationToken)
    {
        if (!await customers.EraseAsync(id, cancellationToken))
        {
            return Problems.NotFound("customer");
        }

        await audit.WriteAsync(person, AuditAction.CustomerErased, id);
        return TypedResults.NoContent();
    }
}
