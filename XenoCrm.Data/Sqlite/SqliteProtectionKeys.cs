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
            () => connection.List("SELECT xml FROM protection_keys", row => XElement.Parse(row.GetString(0))), CancellationToken.None);
    }

    // The framework asks for it in this form; the writer has a thread of its own.
    public void StoreElement(XElement element, string friendlyName) => database.WriteAsync(
        connection => connection.Execute(
            "INSERT OR REPLACE INTO protection_keys (name, xml) VALUES (?1, ?2)",
            friendlyName, element.ToString(SaveOptions.DisableFormatting)),
        CancellationToken.None).GetAwaiter().GetResult();
}
