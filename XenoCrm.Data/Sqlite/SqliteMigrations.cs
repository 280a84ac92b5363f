using System.Globalization;
using System.Reflection;
using Microsoft.Data.Sqlite;

namespace XenoCrm.Data.Sqlite;

/// <summary>
/// Brings the file to the newest schema: <c>Migrations/NNN-what.sql</c> in order, each in one transaction, the last
/// number kept in <c>PRAGMA user_version</c>. Two processes that start at once do it one after the other.
/// </summary>
internal static class SqliteMigrations
{
    private static readonly (int Version, string Sql)[] Scripts = Load();

    public static void Apply(SqliteConnection connection, string? country)
    {
        if (Version(connection) is var version && version > Scripts[^1].Version)
        {
            throw new InvalidOperationException(
                $"The store {connection.DataSource} has schema {version}, newer than the {Scripts[^1].Version} that this program knows. "
                + "Run the newer program, or name another folder in XENOCRM_DATA.");
        }

        SqliteMigrationFunctions.Define(connection, country);
        foreach (var script in Scripts.Where(script => script.Version > version))
        {
            using var transaction = connection.BeginTransaction(deferred: false);
            if (Version(connection) < script.Version)
            {
                connection.Execute(script.Sql);
                connection.Execute(string.Create(CultureInfo.InvariantCulture, $"PRAGMA user_version = {script.Version}"));
            }

            transaction.Commit();
        }
    }

    /// <summary>
    /// For a write, within its transaction: a newer program may have brought the file to a form that this one would spoil. It goes on
    /// reading what it can, and whoever updates it is told to.
    /// </summary>
    /// <exception cref="InvalidOperationException">The file is newer.</exception>
    public static void CheckNotNewer(SqliteConnection connection)
    {
        if (Version(connection) is var version && version > Scripts[^1].Version)
        {
            throw new InvalidOperationException(
                $"A newer program has brought the store to schema {version}, and this one knows {Scripts[^1].Version}: end it, and start "
                + "the newer one in its place.");
        }
    }

    private static int Version(SqliteConnection connection) => (int)connection.Scalar<long>("PRAGMA user_version");

    private static (int Version, string Sql)[] Load()
    {
        // XenoCrm.Data.Sqlite.Migrations.001-customers.sql
        const string prefix = "XenoCrm.Data.Sqlite.Migrations.";
        var assembly = Assembly.GetExecutingAssembly();
        return [.. assembly.GetManifestResourceNames()
            .Where(name => name.StartsWith(prefix, StringComparison.Ordinal))
            .Order(StringComparer.Ordinal)
            .Select(name =>
            {
                using var reader = new StreamReader(assembly.GetManifestResourceStream(name)!);
                return (int.Parse(name.AsSpan(prefix.Length, 3), CultureInfo.InvariantCulture), reader.ReadToEnd());
            })];
    }
}
