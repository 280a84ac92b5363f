using System.Globalization;
using System.Security.Claims;
using Microsoft.AspNetCore.Http.HttpResults;
using XenoCrm.Api.Access;
using XenoCrm.Api.Audit;
using XenoCrm.Api.Http;
using XenoCrm.Core;
using XenoCrm.Core.Customers;

namespace XenoCrm.Api.Customers;

/// <summary>The customers as a CSV file that can be imported again: the same columns, one for each attribute that there is.</summary>
internal static class CustomerExport
{
    private const int MaxAttributes = 500;

    public static void MapCustomerExport(this IEndpointRouteBuilder routes) =>
        routes.MapGet("/customers.csv", ExportAsync).RequirePermission(Permission.Read).WithTags("Customers")
            .Produces<string>(StatusCodes.Status200OK, "text/csv")
            .WithName("ExportCustomers").WithSummary(
                "The customers as a CSV file that can be imported again; ?q=, ?rule= and ?sort= as in the list.");

    private static async Task<Results<PushStreamHttpResult, ValidationProblem>> ExportAsync(
        [AsParameters] CustomerList list, ClaimsPrincipal person, CustomerService customers, TimeProvider time,
            CancellationToken cancellationToken) =>
        list.Read(time, out var problem) is { } query ? await customers.ExportAsync(query, person, cancellationToken) : problem!;

    /// <param name="query">Whom.</param>
    /// <param name="name">The file's, before its date.</param>
    /// <param name="subject">For the audit log: the id of what they were chosen by.</param>
    /// <param name="detail">For the audit log: nothing personal.</param>
    public static async Task<Results<PushStreamHttpResult, ValidationProblem>> ToFileAsync(
        CustomerQuery query, string name, string? subject, string detail, ClaimsPrincipal person, ICustomerStore customers, AuditLog audit,
            TimeProvider time, CancellationToken cancellationToken)
    {
        // The header comes first, and names every attribute; so the customers are read twice, page by page, and never held.
        var attributes = new SortedSet<string>(StringComparer.Ordinal);
        var all = Paging.AllAsync((page, token) => customers.ListAsync(query, page, token), cancellationToken);
        await foreach (var customer in all)
        {
            attributes.UnionWith(customer.Attributes.Keys);
            if (attributes.Count > MaxAttributes)
            {
                return Problems.Invalid("q", $"These customers have more than {MaxAttributes} different attributes, "
                    + "too many columns for a file. Export fewer of them with ?q= or ?rule=.");
            }
        }

        // Before the first byte: who breaks it off keeps what came.
        await audit.WriteAsync(person, AuditAction.CustomersExported, subject, detail);
        string[] columns = [.. CustomerRow.Csv.Columns, .. attributes.Select(key => "attributes." + key)];
        var file = string.Create(CultureInfo.InvariantCulture, $"{name}-{time.GetUtcNow():yyyy-MM-dd}.csv");
        return CsvDownload.Of(file, columns, all.Select(customer => Cells(customer, attributes)), cancellationToken);
    }

    private static IEnumerable<string?> Cells(Customer customer, SortedSet<string> attributes) =>
    [
        customer.Id,
        customer.Name,
        customer.Email,
        customer.Phone,
        customer.City,
        customer.Country,
        string.Join('|', customer.Tags),
        UtcConverter.Format(customer.CreatedAt),
        customer.Unsubscribed ? "true" : "false",
        customer.TimeZone,
        .. attributes.Select(key => customer.Attributes.TryGetValue(key, out var value) ? Cell(value) : null),
    ];

    private static string Cell(AttributeValue value) => value.Flag switch
    {
        true => "true",
        false => "false",
        _ => value.ToString(),
    };
}
