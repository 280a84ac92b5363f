using System.Globalization;
using System.Reflection;
using Microsoft.Data.Sqlite;
using XenoCrm.Data.Sqlite;

namespace XenoCrm.Tests.Support;

/// <summary>The embedded store's schema as it was.</summary>
internal static class OldSchema
{
    private const string Prefix = "XenoCrm.Data.Sqlite.Migrations.";

    /// <summary>Makes a store as a program of that version left it.</summary>
    /// <param name="file">Where.</param>
    /// <param name="version">The last of its migrations.</param>
    /// <param name="rows">SQL that puts in what it held.</param>
    public static void Create(string file, int version, string rows)
    {
        using var old = new SqliteConnection($"Data Source={file};Pooling=False");
        old.Open();
        SqliteMigrationFunctions.Define(old, country: null);
        foreach (var script in Scripts(version))
        {
            old.Execute(script);
        }

        old.Execute(rows);
        old.Execute(string.Create(CultureInfo.InvariantCulture, $"PRAGMA user_version = {version}"));
    }

    private static IEnumerable<string> Scripts(int upTo)
    {
        var assembly = Assembly.GetAssembly(typeof(SqliteDatabase))!;
        return assembly.GetManifestResourceNames()
            .Where(name => name.StartsWith(Prefix, StringComparison.Ordinal)
                && int.Parse(name.AsSpan(Prefix.Length, 3), CultureInfo.InvariantCulture) <= upTo)
            .Order(StringComparer.Ordinal)
            .Select(name =>
            {
                using var reader = new StreamReader(assembly.GetManifestResourceStream(name)!);
                return reader.ReadToEnd();
            });
    }
}
