using XenoCrm.Api.Campaigns;
using XenoCrm.Api.Customers;
using XenoCrm.Api.Insights.Fatigue;
using XenoCrm.Api.Orders;
using XenoCrm.Api.Pages.Shell;
using XenoCrm.Api.Suppressions;
using XenoCrm.Core;
using XenoCrm.Core.Account;

namespace XenoCrm.Api.Pages.Customers;

/// <param name="Q">What is searched for.</param>
/// <param name="Rule">By which they are filtered, as JSON.</param>
/// <param name="RuleInWords">The same for people.</param>
/// <param name="Sort">As the address says it; null: by id.</param>
/// <param name="IsErased">Somebody has just been erased.</param>
public sealed record CustomerListModel(
    IReadOnlyList<CustomerResponse> Customers, PageTrail Trail, string? Q, string? Rule, string? RuleInWords, string? Sort,
    AccountOptions Account, bool MayIngest, bool IsErased)
{
    public bool IsFiltered => Q is not null || Rule is not null;

    /// <summary>The API's file of the same list.</summary>
    public string Export => new PageTrail("/customers.csv", Trail.Query, null, null, null).First;
}

/// <param name="Orders">The newest.</param>
/// <param name="Messages">Likewise.</param>
/// <param name="Suppression">The entry of the address to which a message would go; null if it is not on the suppression list.</param>
public sealed record CustomerModel(
    CustomerResponse Customer, Page<OrderResponse> Orders, Page<CustomerMessageResponse> Messages, SuppressionResponse? Suppression,
    AccountOptions Account, bool MayIngest, bool MayErase)
{
    /// <summary>How many messages they had lately.</summary>
    public required PersonFatigue Reached { get; init; }
}

public sealed record CustomerMessagesModel(CustomerResponse Customer, IReadOnlyList<CustomerMessageResponse> Messages, PageTrail Trail);

public sealed record CustomerOrdersModel(
    CustomerResponse Customer, IReadOnlyList<OrderResponse> Orders, AccountOptions Account, PageTrail Trail);

public sealed record EraseModel(CustomerResponse Customer);

/// <param name="Messages">What is left of a person who was erased; none for an id that nobody had.</param>
public sealed record CustomerGoneModel(IReadOnlyList<CustomerMessageResponse> Messages);
