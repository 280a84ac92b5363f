using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.Options;
using XenoCrm.Api.Campaigns;
using XenoCrm.Api.Campaigns.Messages;
using XenoCrm.Api.Customers;
using XenoCrm.Api.Http;
using XenoCrm.Api.Orders;
using XenoCrm.Api.Pages.Shell;
using XenoCrm.Core.Account;

namespace XenoCrm.Api.Pages.Unsubscribe;

/// <summary>
/// What the link in a message leads to, for people who have no account here: an end to the messages, and their own data. To look changes
/// nothing, since scanners of mail look too; a mail program's own button posts <c>List-Unsubscribe=One-Click</c> (RFC 8058).
/// </summary>
internal static class UnsubscribePages
{
    private const int MostBytes = 4_096;

    public static void MapUnsubscribe(this IEndpointRouteBuilder pages)
    {
        const string path = $"{UnsubscribeLinks.Path}/{{token}}";
        pages.MapGet(path, AskAsync).AllowAnonymous();
        pages.MapPost(path, SetAsync).AllowAnonymous()
            .Accepts<IFormCollection>("application/x-www-form-urlencoded", "multipart/form-data")
            .WithMetadata(new RequestSizeLimitAttribute(MostBytes));
        pages.MapGet($"{path}/data", ExportAsync).AllowAnonymous();
    }

    private static Task<RazorComponentResult> AskAsync(
        string token, UnsubscribeLinks links, CustomerService customers, IOptions<AccountOptions> account,
        CancellationToken cancellationToken) =>
        PageAsync(links.Read(token), token, customers, account.Value, isChanged: false, cancellationToken);

    private static async Task<RazorComponentResult> SetAsync(
        string token, HttpRequest request, UnsubscribeLinks links, CustomerService customers, IOptions<AccountOptions> account,
        CancellationToken cancellationToken)
    {
        var id = links.Read(token);
        if (id is not null)
        {
            // A body is not needed: whoever posts has pressed a button.
            var isAgain = request.HasFormContentType && (await request.ReadFormAsync(cancellationToken))["again"] == "true";
            await customers.SetUnsubscribedAsync(id, !isAgain, cancellationToken);
        }

        return await PageAsync(id, token, customers, account.Value, isChanged: true, cancellationToken);
    }

    /// <param name="id">Whose link it is; null: it is none of ours.</param>
    /// <param name="token">The link's last part.</param>
    /// <param name="customers">One of them, or not any more.</param>
    /// <param name="account">Whose messages they are.</param>
    /// <param name="isChanged">They have just said what they want.</param>
    /// <param name="cancellationToken">The caller's.</param>
    private static async Task<RazorComponentResult> PageAsync(
        string? id, string token, CustomerService customers, AccountOptions account, bool isChanged, CancellationToken cancellationToken)
    {
        var customer = id is null ? null : await customers.FindAsync(id, cancellationToken);
        return Show.Page<UnsubscribePage, UnsubscribeModel>(
            new(customer, token, isChanged) { IsWhole = id is not null, Sender = account.Name },
            id is null ? StatusCodes.Status404NotFound : StatusCodes.Status200OK);
    }

    private static async Task<Results<JsonHttpResult<PersonalData>, RazorComponentResult, ProblemHttpResult>> ExportAsync(
        string token, HttpContext http, UnsubscribeLinks links, CustomerService customers, OrderService orders, CampaignService campaigns,
        IOptions<AccountOptions> account, CancellationToken cancellationToken)
    {
        if (links.Read(token) is not { } id)
        {
            return await PageAsync(null, token, customers, account.Value, isChanged: false, cancellationToken);
        }

        if (await customers.FindAsync(id, cancellationToken) is not { } customer)
        {
            return Problems.NotFound("customer");
        }

        var bought = Paging.AllAsync(
            async (page, cancel) => await orders.ListOfCustomerAsync(id, page, cancel) ?? new([], null), cancellationToken);
        var messages = Paging.AllAsync((page, cancel) => campaigns.ListMessagesAsync(id, page, cancel), cancellationToken);
        http.Response.Headers.ContentDisposition = "attachment; filename=my-data.json";
        return TypedResults.Json(new PersonalData(
            customer, await bought.ToListAsync(cancellationToken), await messages.ToListAsync(cancellationToken)));
    }
}

/// <param name="Customer">Null for somebody who is not known any more.</param>
/// <param name="Token">The last part of the person's link.</param>
/// <param name="IsChanged">They have just said what they want.</param>
public sealed record UnsubscribeModel(CustomerResponse? Customer, string Token, bool IsChanged)
{
    /// <summary>False: somebody has lost a part of the link, or made one up.</summary>
    public bool IsWhole { get; init; } = true;

    /// <summary>Whose messages they are; null where the account has no name.</summary>
    public string? Sender { get; init; }

    public string Address => $"{UnsubscribeLinks.Path}/{Token}";
}

/// <summary>All that is kept of a person.</summary>
public sealed record PersonalData(
    CustomerResponse Customer, IReadOnlyList<OrderResponse> Orders, IReadOnlyList<CustomerMessageResponse> Messages);
