using System.Security.Claims;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.Options;
using XenoCrm.Api.Access;
using XenoCrm.Api.Http;
using XenoCrm.Api.Rows;
using XenoCrm.Core.Account;

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
        HttpRequest request, CustomerService customers, IOptions<AccountOptions> account, CancellationToken cancellationToken)
    {
        using var json = await RowJson.ReadAsync(request, cancellationToken);
        var row = new JsonRowSource(json.RootElement, CustomerRow.Csv.Members);
        if (CustomerRow.Read(row, account.Value.Country) is not { } change)
        {
            return Problems.Invalid(row.Errors);
        }

        return await customers.UpsertAsync(change, cancellationToken) switch
        {
            null => Problems.NotFound("customer"),
            { IsNew: true } created => TypedResults.Created($"/customers/{Uri.EscapeDataString(created.Customer.Id)}", created.Customer),
            var updated => TypedResults.Ok(updated.Customer),
        };
    }

    private static async Task<Results<Ok<CustomerResponse[]>, ValidationProblem>> List(
        [AsParameters] CustomerList list, int? limit, string? cursor, CustomerService customers, TimeProvider time, HttpContext http,
            CancellationToken cancellationToken)
    {
        if (Paging.Read(limit, cursor, out var problem) is not { } page || list.Read(time, out problem) is not { } query)
        {
            return problem!;
        }

        return Paging.Answer(http, await customers.ListAsync(query, page, cancellationToken));
    }

    private static async Task<Results<Ok<CustomerResponse>, ProblemHttpResult>> Find(
        string id, CustomerService customers, CancellationToken cancellationToken) =>
        await customers.FindAsync(id, cancellationToken) is { } customer
            ? TypedResults.Ok(customer)
            : Problems.NotFound("customer");

    private static async Task<Results<NoContent, ProblemHttpResult>> Erase(
        string id, ClaimsPrincipal person, CustomerService customers, CancellationToken cancellationToken) =>
        await customers.EraseAsync(id, person, cancellationToken) ? TypedResults.NoContent() : Problems.NotFound("customer");
}
