using System.Text.Json;
using Microsoft.Data.Sqlite;
using XenoCrm.Core.Customers;
using XenoCrm.Core.Suppressions;

namespace XenoCrm.Data.Sqlite;

/// <summary>
/// The suppression list within one transaction. Whoever changes it, or a customer's address, sets the customers' flags in the same
/// transaction, and there is one writer at a time: a flag is always right.
/// </summary>
internal sealed class SqliteSuppressions : IDisposable
{
    public const string Columns = "hash, kind, reason, at, by";

    private readonly SqliteConnection connection;
    private readonly SuppressionKey key;
    private readonly SqliteRowStatement find;

    private SqliteSuppressions(SqliteConnection connection)
    {
        this.connection = connection;
        key = new SuppressionKey(connection.Scalar<string>("SELECT key FROM suppression_key")!);
        find = new SqliteRowStatement(connection, "SELECT 1 FROM suppressions WHERE hash = ?1");
    }

    public static SqliteSuppressions Open(SqliteConnection connection) => new(connection);

    /// <summary>Null while nothing is on the list, so that nobody hashes in vain.</summary>
    public static SqliteSuppressions? OpenIfAny(SqliteConnection connection) =>
        connection.Scalar<long>("SELECT EXISTS (SELECT 1 FROM suppressions)") == 0 ? null : new SqliteSuppressions(connection);

    public static Suppression Read(SqliteDataReader row) => new(
        row.GetString(0),
        Enum.Parse<AddressKind>(row.GetString(1), ignoreCase: true),
        Enum.Parse<SuppressionReason>(row.GetString(2), ignoreCase: true),
        row.Time(3),
        row.GetString(4));

    public bool HasEmail(string? email) => email is not null && Has(ContactAddress.OfEmail(email));

    public bool HasAny(IEnumerable<ContactAddress> forms) => forms.Any(Has);

    public Suppression? Find(IEnumerable<ContactAddress> forms) => forms
        .Select(form => connection.Find($"SELECT {Columns} FROM suppressions WHERE hash = ?1", Read, key.HashOf(form)))
        .FirstOrDefault(entry => entry is not null);

    /// <summary>Puts addresses on the list, and says so at the customers who have them.</summary>
    /// <returns>Whether any is new.</returns>
    public bool Add(IReadOnlyCollection<NewSuppression> suppressions)
    {
        var added = new List<ContactAddress>();
        using var insert = new SqliteStatement(
            connection, $"INSERT INTO suppressions ({Columns}) VALUES (?1, ?2, ?3, ?4, ?5) ON CONFLICT (hash) DO NOTHING");
        foreach (var (address, reason, at, by) in suppressions)
        {
            if (insert.Execute(key.HashOf(address), Name(address.Kind), Name(reason), at, by) > 0)
            {
                added.Add(address);
            }
        }

        Flag(added);
        return added.Count > 0;
    }

    /// <returns>The first entry that was there; null if none was.</returns>
    public Suppression? Remove(IReadOnlyList<ContactAddress> forms)
    {
        var removed = Find(forms);
        if (removed is not null)
        {
            foreach (var form in forms)
            {
                connection.Execute("DELETE FROM suppressions WHERE hash = ?1", key.HashOf(form));
            }

            Flag(forms);
        }

        return removed;
    }

    public void Dispose() => find.Dispose();

    private static string Name<T>(T value)
        where T : struct, Enum => value.ToString().ToLowerInvariant();

    private bool Has(ContactAddress address)
    {
        find.With(1, key.HashOf(address));
        var isThere = find.Step();
        find.Reset();
        return isThere;
    }

    private void Flag(IEnumerable<ContactAddress> addresses)
    {
        using var flag = new SqliteStatement(connection, "UPDATE customers SET email_suppressed = ?2 WHERE email_key = ?1");
        var phones = new List<string>();
        foreach (var address in addresses)
        {
            if (address.Kind == AddressKind.Phone)
            {
                phones.Add(address.Form);
            }
            else
            {
                flag.Execute(address.Form, Has(address));
            }
        }

        if (phones.Count > 0)
        {
            FlagPhones(phones);
        }
    }

    // Numbers have no index: all of a batch are looked for at once.
    private void FlagPhones(List<string> phones)
    {
        var owners = connection.List(
            """
            SELECT id, phone, phone_e164 FROM customers
            WHERE phone_key IS NOT NULL
                AND EXISTS (SELECT 1 FROM json_each(phone_key) form WHERE form.value IN (SELECT value FROM json_each(?1)))
            """,
            row => (Id: row.GetString(0), Phone: row.Text(1), E164: row.Text(2)),
            JsonSerializer.Serialize(ContactAddress.KeysOfForms(phones)));
        using var flag = new SqliteStatement(connection, "UPDATE customers SET phone_suppressed = ?2 WHERE id = ?1");
        foreach (var (id, phone, e164) in owners)
        {
            flag.Execute(id, HasAny(ContactAddress.FormsOfPhone(phone, e164)));
        }
    }
}
