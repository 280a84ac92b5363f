using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using XenoCrm.Api.Campaigns;
using XenoCrm.Api.Campaigns.Messages;
using XenoCrm.Api.Customers;
using XenoCrm.Api.Http;
using XenoCrm.Api.Orders;
using XenoCrm.Api.Pages.Shell;

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

    private static async Task<Results<RazorComponentResult, ProblemHttpResult>> AskAsync(
        string token, UnsubscribeLinks links, CustomerService customers, CancellationToken cancellationToken) =>
        links.Read(token) is { } id
            ? Show.Page<UnsubscribePage, UnsubscribeModel>(new(await customers.FindAsync(id, cancellationToken), token, IsChanged: false))
            : NotWhole();

    private static async Task<Results<RazorComponentResult, ProblemHttpResult>> SetAsync(
        string token, HttpRequest request, UnsubscribeLinks links, CustomerService customers, CancellationToken cancellationToken)
    {
        if (links.Read(token) is not { } id)
        {
            return NotWhole();
        }

        // A body is not needed: whoever posts has pressed a button.
        var isAgain = request.HasFormContentType && (await request.ReadFormAsync(cancellationToken))["again"] == "true";
        await customers.SetUnsubscribedAsync(id, !isAgain, cancellationToken);
        return Show.Page<UnsubscribePage, UnsubscribeModel>(new(await customers.FindAsync(id, cancellationToken), token, IsChanged: true));
    }

    private static async Task<Results<JsonHttpResult<PersonalData>, ProblemHttpResult>> ExportAsync(
        string token, HttpContext http, UnsubscribeLinks links, CustomerService customers, OrderService orders, CampaignService campaigns,
        CancellationToken cancellationToken)
    {
        if (links.Read(token) is not { } id)
        {
            return NotWhole();
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

    private static ProblemHttpResult NotWhole() => TypedResults.Problem(
        "This is no whole link of a message. Copy it from the message once more, to its last letter.",
        statusCode: StatusCodes.Status404NotFound);
}

/// <param name="Customer">Null for somebody who is not known any more.</param>
/// <param name="Token">The last part of the person's link.</param>
/// <param name="IsChanged">They have just said what they want.</param>
public sealed record UnsubscribeModel(CustomerResponse? Customer, string Token, bool IsChanged)
{
    public string Address => $"{UnsubscribeLinks.Path}/{Token}";
}

/// <summary>All that is kept of a person.</summary>
public sealed record PersonalData(
    CustomerResponse Customer, IReadOnlyList<OrderResponse> Orders, IReadOnlyList<CustomerMessageResponse> Messages);
