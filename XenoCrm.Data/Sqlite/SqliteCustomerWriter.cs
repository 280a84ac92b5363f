using Microsoft.Data.Sqlite;
using XenoCrm.Core.Customers;
using XenoCrm.Core.Suppressions;
using XenoCrm.Core.Text;

namespace XenoCrm.Data.Sqlite;

/// <summary>Upserts customers within a write, as <see cref="ICustomerStore.UpsertAsync"/> says.</summary>
internal sealed class SqliteCustomerWriter(SqliteConnection connection, DateTimeOffset now) : IDisposable
{
    private readonly SqliteStatement byId = new(connection, $"SELECT {SqliteCustomerRow.Columns} FROM customers WHERE id = ?1");

    private readonly SqliteStatement byEmail = new(
        connection, $"SELECT {SqliteCustomerRow.Columns} FROM customers WHERE email_key = ?1");

    private readonly SqliteSuppressions? suppressions = SqliteSuppressions.OpenIfAny(connection);

    // With the totals of the orders that came before it.
    private readonly SqliteStatement insert = new(connection, """
        INSERT INTO customers (id, name, email, phone, city, country, tags, attributes, created_at, unsubscribed,
            name_key, email_key, phone_key, city_key, country_key, tags_key, attributes_key, phone_e164,
            email_suppressed, phone_suppressed, time_zone, has_email, has_phone, order_count, total_spend, first_order_at, last_order_at)
        SELECT ?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19, ?20, ?21,
            ?3 IS NOT NULL, ?4 IS NOT NULL,
        """ + " " + SqliteOrderWriter.Totals);

    private readonly SqliteStatement update = new(connection, """
        UPDATE customers SET name = ?2, email = ?3, phone = ?4, city = ?5, country = ?6, tags = ?7, attributes = ?8, created_at = ?9,
            unsubscribed = ?10, name_key = ?11, email_key = ?12, phone_key = ?13, city_key = ?14, country_key = ?15, tags_key = ?16,
            attributes_key = ?17, phone_e164 = ?18, email_suppressed = ?19, phone_suppressed = ?20, time_zone = ?21,
            has_email = ?3 IS NOT NULL, has_phone = ?4 IS NOT NULL
        WHERE id = ?1
        """);

    // From here on the orders are known by their customer, and the address is no longer kept with them.
    private readonly SqliteStatement adopt = new(
        connection, "UPDATE orders SET customer_id = ?1, email_key = NULL WHERE customer_id IS NULL AND email_key = ?2");

    private readonly SqliteStatement recount = new(connection, SqliteOrderWriter.Recount);

    public CustomerResult Upsert(CustomerChange change)
    {
        var emailKey = Key(change.Email is "" ? null : change.Email);
        var owner = emailKey is null ? null : byEmail.Find(SqliteCustomerRow.Read, emailKey);
        var stored = change.Id is null ? owner : owner?.Id == change.Id ? owner : byId.Find(SqliteCustomerRow.Read, change.Id);
        if (owner is not null && owner.Id != (change.Id ?? owner.Id))
        {
            return new CustomerResult(CustomerOutcome.EmailTaken, owner.Id);
        }

        if (stored is not null)
        {
            var changed = change.ApplyTo(stored);
            Write(update, changed);
            if (emailKey is not null && owner is null && adopt.Execute(changed.Id, emailKey) > 0)
            {
                recount.Execute(changed.Id);
            }

            return new CustomerResult(CustomerOutcome.Updated, changed.Id);
        }

        if (change.Name is null)
        {
            return new CustomerResult(CustomerOutcome.NameMissing, change.Id);
        }

        var id = change.Id ?? Guid.CreateVersion7(now).ToString();
        var created = change.ApplyTo(new Customer { Id = id, Name = change.Name, CreatedAt = now });
        if (emailKey is not null)
        {
            adopt.Execute(created.Id, emailKey);
        }

        Write(insert, created);
        return new CustomerResult(CustomerOutcome.Created, created.Id);
    }

    public void Dispose()
    {
        byId.Dispose();
        byEmail.Dispose();
        insert.Dispose();
        update.Dispose();
        adopt.Dispose();
        recount.Dispose();
        suppressions?.Dispose();
    }

    private void Write(SqliteStatement statement, Customer customer) => statement.Execute(
        customer.Id,
        customer.Name,
        customer.Email,
        customer.Phone,
        customer.City,
        customer.Country,
        SqliteCustomerRow.Json(customer.Tags),
        SqliteCustomerRow.Json(customer.Attributes),
        customer.CreatedAt,
        customer.Unsubscribed,
        TextKey.Of(customer.Name),
        Key(customer.Email),
        SqliteCustomerRow.PhoneKeyJson(customer.Phone, customer.PhoneE164),
        Key(customer.City),
        Key(customer.Country),
        SqliteCustomerRow.KeyJson(customer.Tags),
        SqliteCustomerRow.KeyJson(customer.Attributes),
        customer.PhoneE164,
        suppressions?.HasEmail(customer.Email) == true,
        suppressions?.HasAny(ContactAddress.FormsOfPhone(customer.Phone, customer.PhoneE164)) == true,
        customer.TimeZone);

    private static string? Key(string? text) => text is null ? null : TextKey.Of(text);
}
