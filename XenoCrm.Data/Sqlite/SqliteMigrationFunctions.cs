using Microsoft.Data.Sqlite;
using XenoCrm.Core.Customers;
using XenoCrm.Core.Suppressions;
using XenoCrm.Core.Text;

namespace XenoCrm.Data.Sqlite;

/// <summary>What migrations call where SQL alone cannot say it. Of NULL each gives NULL.</summary>
internal static class SqliteMigrationFunctions
{
    /// <param name="connection">Where they are defined.</param>
    /// <param name="country">Whose telephone numbers are written without a country code.</param>
    public static void Define(SqliteConnection connection, string? country)
    {
        Define(connection, "text_line", CustomerForm.Line);
        Define(connection, "text_key", text => text is null ? null : TextKey.Of(text));
        Define(connection, "address", CustomerForm.Address);
        Define(connection, "phone_e164", phone => CustomerForm.E164(phone, country));
        Define(connection, "tags_line", json => json is null ? null : SqliteCustomerRow.Json(
            CustomerForm.Tags(SqliteCustomerRow.Tags(json))));
        Define(connection, "tags_key", json => json is null ? null : SqliteCustomerRow.KeyJson(SqliteCustomerRow.Tags(json)));
        Define(connection, "attributes_line", json => json is null ? null : SqliteCustomerRow.Json(
            CustomerForm.Attributes(SqliteCustomerRow.Attributes(json))));
        Define(connection, "attributes_key", json => json is null ? null : SqliteCustomerRow.KeyJson(SqliteCustomerRow.Attributes(json)));
        connection.CreateFunction("suppression_key", SuppressionKey.Create);
        Define(connection, "item_keys", SqliteOrderRow.ItemKeys);
        connection.CreateFunction<string?, string?, string?>("phone_keys", SqliteCustomerRow.PhoneKeyJson, isDeterministic: true);
    }

    private static void Define(SqliteConnection connection, string name, Func<string?, string?> function) =>
        connection.CreateFunction(name, function, isDeterministic: true);
}
