using Dapper;
using Microsoft.Extensions.Logging.Abstractions;
using XenoCrm.Core;
using XenoCrm.Core.Customers;
using XenoCrm.Core.Rules;
using XenoCrm.Core.Segments;
using XenoCrm.Core.Text;
using XenoCrm.Data.Sqlite;

namespace XenoCrm.Tests.Support;

/// <summary>Rows as they would be after ingestion, with any totals, put in directly.</summary>
internal static class SqliteRows
{
    public static SqliteDatabase Open(string path) => new($"Data Source={path}", NullLogger<SqliteDatabase>.Instance);

    public static Task AddAsync(this SqliteDatabase database, IEnumerable<Customer> customers) => database.WriteAsync(
        (connection, transaction) => connection.Execute(
            $"""
            INSERT INTO customers ({SqliteCustomerRow.Columns}, name_key, email_key, phone_key, city_key, country_key, tags_key, attributes_key)
            VALUES (@Id, @Name, @Email, @Phone, @PhoneE164, @City, @Country, @Tags, @Attributes, @CreatedAt, @Unsubscribed, @TotalSpend,
                @OrderCount,
                @FirstOrderAt, @LastOrderAt, @NameKey, @EmailKey, @PhoneKey, @CityKey, @CountryKey, @TagsKey, @AttributesKey)
            """,
            customers.Select(customer => new
            {
                customer.Id,
                customer.Name,
                customer.Email,
                customer.Phone,
                customer.PhoneE164,
                customer.City,
                customer.Country,
                Tags = SqliteCustomerRow.Json(customer.Tags),
                Attributes = SqliteCustomerRow.Json(customer.Attributes),
                CreatedAt = customer.CreatedAt.ToUnixTimeMilliseconds(),
                customer.Unsubscribed,
                TotalSpend = Money.ToUnits(customer.TotalSpend),
                customer.OrderCount,
                FirstOrderAt = customer.FirstOrderAt?.ToUnixTimeMilliseconds(),
                LastOrderAt = customer.LastOrderAt?.ToUnixTimeMilliseconds(),
                NameKey = TextKey.Of(customer.Name),
                EmailKey = Key(customer.Email),
                PhoneKey = SqliteCustomerRow.PhoneKeyJson(customer.Phone, customer.PhoneE164),
                CityKey = Key(customer.City),
                CountryKey = Key(customer.Country),
                TagsKey = SqliteCustomerRow.KeyJson(customer.Tags),
                AttributesKey = SqliteCustomerRow.KeyJson(customer.Attributes),
            }),
            transaction),
        TestContext.Current.CancellationToken);

    public static Task AddAsync(this SqliteDatabase database, IEnumerable<Segment> segments, bool visible = true) => database.WriteAsync(
        (connection, transaction) => connection.Execute(
            """
            INSERT INTO segments (id, name, rule, prompt, created_by, created_at, audience, visible)
            VALUES (@Id, @Name, @Rule, @Prompt, @CreatedBy, @CreatedAt, @Audience, @visible)
            """,
            segments.Select(segment => new
            {
                segment.Id,
                segment.Name,
                Rule = RuleJson.Print(segment.Rule),
                segment.Prompt,
                segment.CreatedBy,
                CreatedAt = segment.CreatedAt.ToUnixTimeMilliseconds(),
                segment.Audience,
                visible,
            }),
            transaction),
        TestContext.Current.CancellationToken);

    private static string? Key(string? text) => text is null ? null : TextKey.Of(text);
}
