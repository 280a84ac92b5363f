using System.Xml.Linq;
using Microsoft.AspNetCore.DataProtection.Repositories;

namespace XenoCrm.Data.Sqlite;

/// <summary>Keeps the keys that sessions are sealed with beside everything else, so that they survive a restart.</summary>
internal sealed class SqliteProtectionKeys(SqliteDatabase database) : IXmlRepository
{
    public IReadOnlyCollection<XElement> GetAllElements()
    {
        using var connection = database.OpenRead();
        return SqliteReads.Guard(
            () =>
            {
                using var list = new SqliteStatement(connection, null, "SELECT xml FROM protection_keys");
                using var row = list.Query();
                var keys = new List<XElement>();
                while (row.Read())
                {
                    keys.Add(XElement.Parse(row.GetString(0)));
                }

                return keys;
            },
            CancellationToken.None);
    }

    // The framework asks for it in this form; the writer has a thread of its own.
    public void StoreElement(XElement element, string friendlyName) => database.WriteAsync(
        (connection, transaction) =>
        {
            using var insert = new SqliteStatement(connection, transaction, "INSERT OR REPLACE INTO protection_keys (name, xml) VALUES (?1, ?2)");
            insert.Execute(friendlyName, element.ToString(SaveOptions.DisableFormatting));
        },
        CancellationToken.None).GetAwaiter().GetResult();
}
