using Microsoft.Extensions.Logging.Abstractions;
using XenoCrm.Core;
using XenoCrm.Core.Customers;
using XenoCrm.Core.Orders;
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
        connection =>
        {
            using var insert = new SqliteStatement(connection, $"""
                INSERT INTO customers ({SqliteCustomerRow.Columns},
                    name_key, email_key, phone_key, city_key, country_key, tags_key, attributes_key, has_email, has_phone)
                VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19, ?20, ?21, ?22, ?23,
                    ?3 IS NOT NULL, ?4 IS NOT NULL)
                """);
            foreach (var customer in customers)
            {
                insert.Execute(
                    customer.Id,
                    customer.Name,
                    customer.Email,
                    customer.Phone,
                    customer.PhoneE164,
                    customer.City,
                    customer.Country,
                    SqliteCustomerRow.Json(customer.Tags),
                    SqliteCustomerRow.Json(customer.Attributes),
                    customer.CreatedAt,
                    customer.Unsubscribed,
                    Money.ToUnits(customer.TotalSpend),
                    customer.OrderCount,
                    customer.FirstOrderAt,
                    customer.LastOrderAt,
                    customer.TimeZone,
                    TextKey.Of(customer.Name),
                    Key(customer.Email),
                    SqliteCustomerRow.PhoneKeyJson(customer.Phone, customer.PhoneE164),
                    Key(customer.City),
                    Key(customer.Country),
                    SqliteCustomerRow.KeyJson(customer.Tags),
                    SqliteCustomerRow.KeyJson(customer.Attributes));
            }
        },
        TestContext.Current.CancellationToken);

    public static Task AddAsync(this SqliteDatabase database, IEnumerable<Order> orders) => database.WriteAsync(
        connection =>
        {
            using var writer = new SqliteOrderWriter(connection);
            foreach (var order in orders)
            {
                Assert.Equal(OrderOutcome.Created, writer.Add(order));
            }
        },
        TestContext.Current.CancellationToken);

    public static Task AddAsync(this SqliteDatabase database, IEnumerable<Segment> segments, bool visible = true) => database.WriteAsync(
        connection =>
        {
            foreach (var segment in segments)
            {
                SqliteSegmentRow.Insert(connection, segment, visible);
            }
        },
        TestContext.Current.CancellationToken);

    private static string? Key(string? text) => text is null ? null : TextKey.Of(text);
}
