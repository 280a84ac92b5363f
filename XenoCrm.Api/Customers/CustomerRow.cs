using XenoCrm.Api.Rows;
using XenoCrm.Api.Rows.Csv;
using XenoCrm.Core.Customers;

namespace XenoCrm.Api.Customers;

/// <summary>What a row says of a customer, however it came: singly, in bulk or as a line of CSV.</summary>
internal static class CustomerRow
{
    public const int MaxNameLength = 200;
    public const int MaxPhoneLength = 40;
    public const int MaxPlaceLength = 100;
    public const int MaxTags = 100;
    public const int MaxTagLength = 100;

    public static readonly CsvLayout Csv = new(
        ["id", "name", "email", "phone", "city", "country", "tags", "createdAt", "unsubscribed", "timeZone"],
        HasAttributes: true,
        [["email", "id"]]);

    /// <summary>An id out of a path, in the form in which rows bring it.</summary>
    public static string IdOf(string path) => RowText.ToLine(path);

    /// <summary>Null, and the row's errors, if it cannot be taken.</summary>
    /// <param name="row">The row.</param>
    /// <param name="country">Whose telephone numbers are written without a country code.</param>
    public static CustomerChange? Read(RowSource row, string? country)
    {
        if (row.Errors.Count > 0)
        {
            return null;
        }

        var phone = row.Phone("phone", MaxPhoneLength, country, out var e164);
        var attributes = row.Attributes("attributes", out var clearsAttributes);
        var change = new CustomerChange
        {
            Id = row.CustomerId("id"),
            Name = row.Text("name", MaxNameLength),
            Email = row.Email("email"),
            Phone = phone,
            PhoneE164 = e164,
            City = row.Text("city", MaxPlaceLength),
            Country = row.Text("country", MaxPlaceLength),
            TimeZone = row.TimeZone("timeZone"),
            Tags = row.TextSet("tags", MaxTags, MaxTagLength),
            Attributes = attributes,
            ClearsAttributes = clearsAttributes,
            CreatedAt = row.Time("createdAt"),
            Unsubscribed = row.Flag("unsubscribed"),
        };
        if (change.Name is "")
        {
            row.Refuse("name", "A customer has a name; it cannot be empty.");
        }

        if (change.Id is null && change.Email is null or "")
        {
            row.Miss("email", "An e-mail address or an id must say which customer this is.", alternative: "id");
        }

        return row.Errors.Count == 0 ? change : null;
    }
}
