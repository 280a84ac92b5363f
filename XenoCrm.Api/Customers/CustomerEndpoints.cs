using System.Security.Claims;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.Options;
using XenoCrm.Api.Access;
using XenoCrm.Api.Audit;
using XenoCrm.Api.Http;
using XenoCrm.Api.Rows;
using XenoCrm.Core.Account;
using XenoCrm.Core.Customers;

namespace XenoCrm.Api.Customers;

internal static class CustomerEndpoints
{
    public static IEndpointRouteBuilder MapCustomers(this IEndpointRouteBuilder routes)
    {
        var customers = routes.MapGroup("/customers").WithTags("Customers");
        customers.MapPost("", Upsert)
            .Accepts<CustomerRequest>(MediaTypes.Json)
            .WithMetadata(new RequestSizeLimitAttribute(RowJson.MaxBytes))
            .ProducesProblem(StatusCodes.Status409Conflict)
            .RequirePermission(Permission.Ingest)
                .WithName("UpsertCustomer")
                .WithSummary("Adds a customer, or updates the one with that id, else with that e-mail address.");
        customers.MapGet("", List).RequirePermission(Permission.Read).WithName("ListCustomers")
            .WithSummary("Customers by id, or as ?sort= says; ?q= is part of the name or e-mail address, ?rule= a rule as JSON.");
        customers.MapGet("/{id}", Find).RequirePermission(Permission.Read).ProducesProblem(StatusCodes.Status404NotFound)
            .WithName("GetCustomer").WithSummary("A customer, with what its orders add up to.");
        customers.MapDelete("/{id}", Erase).RequirePermission(Permission.Administer).ProducesProblem(StatusCodes.Status404NotFound)
            .WithName("EraseCustomer").WithSummary("Erases the person everywhere; log rows stay without it.");
        routes.MapCustomerExport();
        return routes;
    }

    private static async Task<Results<Created<CustomerResponse>, Ok<CustomerResponse>, ValidationProblem, ProblemHttpResult>> Upsert(
        HttpRequest request, ICustomerStore customers, IOptions<AccountOptions> account, CancellationToken cancellationToken)
    {
        using var json = await RowJson.ReadAsync(request, cancellationToken);
        var row = new JsonRowSource(json.RootElement, CustomerRow.Csv.Members);
        if (CustomerRow.Read(row, account.Value.Country) is not { } change)
        {
            return Problems.Invalid(row.Errors);
        }

        var result = (await customers.UpsertAsync([change], cancellationToken)).Single();
        if (result.Refusal is { } refusal)
        {
            return result.Outcome == CustomerOutcome.EmailTaken
                ? Problems.Conflict(refusal.Message)
                : Problems.Invalid(refusal.Field, refusal.Message);
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

    private static async Task<Results<Ok<CustomerResponse[]>, ValidationProblem>> List(
        [AsParameters] CustomerList list, int? limit, string? cursor, ICustomerStore customers, TimeProvider time, HttpContext http,
            CancellationToken cancellationToken)
    {
        if (Paging.Read(limit, cursor, out var problem) is not { } page || list.Read(time, out problem) is not { } query)
        {
            return problem!;
        }

        return Paging.Answer(http, await customers.ListAsync(query, page, cancellationToken), CustomerResponse.Of);
    }

    private static async Task<Results<Ok<CustomerResponse>, ProblemHttpResult>> Find(
        string id, ICustomerStore customers, CancellationToken cancellationToken) =>
        await customers.FindAsync(CustomerRow.IdOf(id), cancellationToken) is { } customer
            ? TypedResults.Ok(CustomerResponse.Of(customer))
            : Problems.NotFound("customer");

    private static async Task<Results<NoContent, ProblemHttpResult>> Erase(
        string id, ClaimsPrincipal person, ICustomerStore customers, AuditLog audit, CancellationToken cancellationToken)
    {
        id = CustomerRow.IdOf(id);
        if (!await customers.EraseAsync(id, cancellationToken))
        {
            return Problems.NotFound("customer");
        }

        await audit.WriteAsync(person, AuditAction.CustomerErased, id);
        return TypedResults.NoContent();
    }
}
