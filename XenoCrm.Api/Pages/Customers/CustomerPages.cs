using System.Security.Claims;
using Microsoft.AspNetCore.Http.HttpResults;
using XenoCrm.Api.Access;
using XenoCrm.Api.Campaigns;
using XenoCrm.Api.Customers;
using XenoCrm.Api.Http;
using XenoCrm.Api.Insights.Fatigue;
using XenoCrm.Api.Orders;
using XenoCrm.Api.Pages.Shell;
using XenoCrm.Api.Suppressions;
using XenoCrm.Core;
using XenoCrm.Core.Account;
using XenoCrm.Core.Rules;

namespace XenoCrm.Api.Pages.Customers;

internal static class CustomerPages
{
    private const string Path = "/app/customers";
    private const int First = 10;

    // What is longer no server takes as an address.
    private const int MostInAddress = 6_000;

    private static readonly Rule[] CanBeReached =
    [
        new FieldTest(FieldCatalog.Unsubscribed, RuleOperator.Eq, new FlagValue(false)),
        new AnyOf(
        [
            new FieldTest(FieldCatalog.Email, RuleOperator.Exists, new FlagValue(true)),
            new FieldTest(FieldCatalog.Phone, RuleOperator.Exists, new FlagValue(true)),
        ]),
    ];

    public static void MapCustomerPages(this IEndpointRouteBuilder pages)
    {
        pages.MapGet(Path, ListAsync).RequirePermission(Permission.Read);
        pages.MapGet($"{Path}/{{id}}", ShowAsync).RequirePermission(Permission.Read);
        pages.MapGet($"{Path}/{{id}}/messages", ListMessagesAsync).RequirePermission(Permission.Read);
        pages.MapGet($"{Path}/{{id}}/orders", ListOrdersAsync).RequirePermission(Permission.Read);
        pages.MapPost($"{Path}/{{id}}/unsubscribe", UnsubscribeAsync).RequirePermission(Permission.Ingest);
        pages.MapPost($"{Path}/{{id}}/subscribe", SubscribeAsync).RequirePermission(Permission.Ingest);
        pages.MapGet($"{Path}/{{id}}/erase", AskToEraseAsync).RequirePermission(Permission.Administer);
        pages.MapPost($"{Path}/{{id}}/erase", EraseAsync).RequirePermission(Permission.Administer);
    }

    /// <summary>The page of a customer.</summary>
    public static string Of(string id) => $"{Path}/{Uri.EscapeDataString(id)}";

    /// <summary>The list of those whom the rule selects; null for a rule that is too large for an address.</summary>
    public static string? Selected(Rule rule)
    {
        var text = RuleJson.Print(rule);
        try
        {
            RuleJson.Parse(text);
        }
        catch (RuleException)
        {
            return null;
        }

        var query = Uri.EscapeDataString(text);
        return query.Length <= MostInAddress ? $"{Path}?rule={query}" : null;
    }

    /// <summary>The same, of those alone whom a message reaches.</summary>
    public static string? Reachable(Rule rule) => Selected(new AllOf([.. rule is Everyone ? [] : new[] { rule }, .. CanBeReached]));

    private static async Task<Results<RazorComponentResult, ValidationProblem>> ListAsync(
        [AsParameters] CustomerList list, [AsParameters] PagePlace place, bool? erased, ClaimsPrincipal person, CustomerService customers,
        AccountSettings account, TimeProvider time, CancellationToken cancellationToken)
    {
        var asked = new CustomerList
        {
            Q = PagePlace.OrNull(list.Q),
            Rule = PagePlace.OrNull(list.Rule),
            Sort = PagePlace.OrNull(list.Sort),
        };

        // What a search finds is looked through by name.
        if ((asked with { Sort = asked.Sort ?? (asked.Q is null ? null : "name") }).Read(time, out var problem) is not { } query)
        {
            return problem!;
        }

        var page = await customers.ListAsync(query, place.Request(), cancellationToken);
        var address = new Dictionary<string, string?> { ["q"] = asked.Q, ["rule"] = asked.Rule, ["sort"] = asked.Sort };
        return Show.Page<CustomerListPage, CustomerListModel>(new CustomerListModel(
            page.Items,
            place.In(Path, page.NextCursor, address),
            asked.Q,
            asked.Rule,
            query.Rule is { } rule ? RuleExplainer.Explain(rule) : null,
            asked.Sort,
            account.Current,
            new Viewer(person).MayIngest,
            erased == true));
    }

    private static async Task<RazorComponentResult> ShowAsync(
        string id, ClaimsPrincipal person, CustomerService customers, OrderService orders, CampaignService campaigns,
        SuppressionService suppressions, FatigueService fatigue, AccountSettings account, CancellationToken cancellationToken)
    {
        var page = new PageRequest(First, null);
        if (await customers.FindAsync(id, cancellationToken) is not { } customer
            || await orders.ListOfCustomerAsync(id, page, cancellationToken) is not { } bought)
        {
            return await GoneAsync(id, campaigns, cancellationToken);
        }

        var viewer = new Viewer(person);
        var messages = await campaigns.ListMessagesAsync(customer.Id, page, cancellationToken);
        var suppression = await suppressions.FindAsync(customer, cancellationToken);
        return Show.Page<CustomerPage, CustomerModel>(
            new CustomerModel(customer, bought, messages, suppression, account.Current, viewer.MayIngest, viewer.MayAdminister)
            {
                Reached = await fatigue.OfAsync(customer.Id, cancellationToken),
            });
    }

    private static async Task<RazorComponentResult>
        ListMessagesAsync(
            string id, [AsParameters] PagePlace place, CustomerService customers, CampaignService campaigns,
            CancellationToken cancellationToken)
    {
        if (await customers.FindAsync(id, cancellationToken) is not { } customer)
        {
            return await GoneAsync(id, campaigns, cancellationToken);
        }

        var page = await campaigns.ListMessagesAsync(customer.Id, place.Request(), cancellationToken);
        return Show.Page<CustomerMessagesPage, CustomerMessagesModel>(
            new CustomerMessagesModel(customer, page.Items, place.In($"{Of(customer.Id)}/messages", page.NextCursor)));
    }

    private static async Task<RazorComponentResult> ListOrdersAsync(
        string id, [AsParameters] PagePlace place, CustomerService customers, OrderService orders, CampaignService campaigns,
        AccountSettings account, CancellationToken cancellationToken)
    {
        if (await customers.FindAsync(id, cancellationToken) is not { } customer
            || await orders.ListOfCustomerAsync(id, place.Request(), cancellationToken) is not { } page)
        {
            return await GoneAsync(id, campaigns, cancellationToken);
        }

        return Show.Page<CustomerOrdersPage, CustomerOrdersModel>(
            new CustomerOrdersModel(customer, page.Items, account.Current, place.In($"{Of(customer.Id)}/orders", page.NextCursor)));
    }

    private static async Task<Results<RedirectHttpResult, ProblemHttpResult>> UnsubscribeAsync(
        string id, CustomerService customers, CancellationToken cancellationToken) =>
        Back(id, await customers.SetUnsubscribedAsync(id, true, cancellationToken));

    private static async Task<Results<RedirectHttpResult, ProblemHttpResult>> SubscribeAsync(
        string id, CustomerService customers, CancellationToken cancellationToken) =>
        Back(id, await customers.SetUnsubscribedAsync(id, false, cancellationToken));

    private static async Task<Results<RazorComponentResult, ProblemHttpResult>> AskToEraseAsync(
        string id, CustomerService customers, CancellationToken cancellationToken) =>
        await customers.FindAsync(id, cancellationToken) is { } customer
            ? Show.Page<ErasePage, EraseModel>(new EraseModel(customer))
            : Problems.NotFound("customer");

    // Whoever was erased by another click meanwhile is erased.
    private static async Task<RedirectHttpResult> EraseAsync(
        string id, ClaimsPrincipal person, CustomerService customers, CancellationToken cancellationToken)
    {
        await customers.EraseAsync(id, person, cancellationToken);
        return TypedResults.LocalRedirect($"{Path}?erased=true");
    }

    // What a campaign's log says of somebody who is not there any more.
    private static async Task<RazorComponentResult> GoneAsync(
        string id, CampaignService campaigns, CancellationToken cancellationToken)
    {
        var page = new PageRequest(PageRequest.DefaultLimit, null);
        var messages = await campaigns.ListMessagesAsync(CustomerRow.IdOf(id), page, cancellationToken);
        return Show.Page<CustomerGonePage, CustomerGoneModel>(new CustomerGoneModel(messages.Items), StatusCodes.Status404NotFound);
    }

    private static Results<RedirectHttpResult, ProblemHttpResult> Back(string id, bool isThere) =>
        isThere ? TypedResults.LocalRedirect(Of(id)) : Problems.NotFound("customer");
}
