using System.ComponentModel.DataAnnotations;
using XenoCrm.Api.Rows;
using XenoCrm.Core.Customers;

namespace XenoCrm.Api.Customers;

/// <summary>
/// What <c>POST /customers</c> takes, as the API's description shows it; <see cref="CustomerRow"/> reads it, because an update
/// tells a member that is left out (stays) from one that is null or empty (cleared).
/// </summary>
/// <param name="Id">Your own id of the customer. Without one the e-mail address says who it is, and a new customer gets an id.</param>
/// <param name="Name">Needed for a new customer.</param>
/// <param name="Email">Needed where there is no id.</param>
/// <param name="Attributes">Text, numbers and true/false by a name of your choice; one that is null is removed, and those that are not
/// named stay.</param>
/// <param name="Phone">As people type it; without a country code it is one of the account's country. Kept so, and in E.164.</param>
/// <param name="TimeZone">An IANA id such as <c>Europe/Berlin</c>, for hours that are the customer's own. Without one it is that of their
/// country, or of their city, where that has one only, else the account's.</param>
/// <param name="CreatedAt">Now, for a new customer that says nothing.</param>
public sealed record CustomerRequest(
    [property: MaxLength(Customer.MaxIdLength)] string? Id = null,
    [property: MaxLength(CustomerRow.MaxNameLength)] string? Name = null,
    [property: MaxLength(RowSource.MaxEmailLength)] string? Email = null,
    [property: MaxLength(CustomerRow.MaxPhoneLength)] string? Phone = null,
    [property: MaxLength(CustomerRow.MaxPlaceLength)] string? City = null,
    [property: MaxLength(CustomerRow.MaxPlaceLength)] string? Country = null,
    [property: MaxLength(CustomerRow.MaxTags)] IReadOnlyList<string>? Tags = null,
    IReadOnlyDictionary<string, AttributeValue?>? Attributes = null,
    DateTimeOffset? CreatedAt = null,
    bool? Unsubscribed = null,
    string? TimeZone = null);
