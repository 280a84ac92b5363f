using System.Globalization;
using System.Reflection;
using XenoCrm.Data.Sqlite;

namespace XenoCrm.Tests.Support;

/// <summary>The embedded store's schema as it was.</summary>
internal static class OldSchema
{
    private const string Prefix = "XenoCrm.Data.Sqlite.Migrations.";

    public static IEnumerable<string> Scripts(int upTo)
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
