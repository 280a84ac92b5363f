using System.Reflection;
using XenoCrm.Core.Rules;
using XenoCrm.Core.Text;

namespace XenoCrm.Core.Places;

/// <summary>Countries and large cities by their other names: Germany, DE, Deutschland; Mumbai, Bombay. The table is aliases.txt.</summary>
public static class PlaceAliases
{
    // Written in capitals for weight: "customers IN Pune".
    private static readonly string[] Words = ["IN", "IS", "IT", "AT", "BE", "NO", "MY", "AM", "BY", "CAN", "PER", "MAR", "NOR", "COL",
        "ARM", "ARE", "EST", "FIN", "US", "UK"];

    private static readonly Lazy<(Field Field, string[] Names)[]> Groups = new(() => [.. Read()]);

    private static readonly Lazy<HashSet<string>> Codes =
        new(() =>
            [.. Groups.Value.SelectMany(group => group.Names)
                .Where(name => name.Length <= 3 && name.All(char.IsAsciiLetterUpper))
                .Except(Words)]);

    /// <summary>Every group of names of one place.</summary>
    public static IReadOnlyList<(Field Field, string[] Names)> All => Groups.Value;

    /// <summary>The other names of a place; none where it is not in the table.</summary>
    public static IEnumerable<string> Of(Field field, string name) =>
        All.Where(group => group.Field == field && group.Names.Any(other => IsSame(other, name)))
            .SelectMany(group => group.Names)
            .Where(other => !IsSame(other, name));

    private static bool IsSame(string name, string other) => TextKey.Of(name) == TextKey.Of(other);

    /// <summary>Whether it is a code, which counts in capitals only: "DE", but not "de".</summary>
    public static bool IsCode(string name) => name.Length <= 3 && Codes.Value.Contains(name);

    /// <summary>Whether it is a code that is a word too: "in", "per".</summary>
    public static bool IsWord(string name) => Words.Contains(name);

    /// <summary>The word that a code is cut as.</summary>
    public static string Code(string code) => "iso-" + code.ToLowerInvariant();

    private static IEnumerable<(Field, string[])> Read() => Lines("aliases.txt").Select(
        line => line.Split(": ", 2) is [var kind, var names]
            ? (kind == "city" ? FieldCatalog.City : FieldCatalog.Country, names.Split(", "))
            : throw new InvalidDataException($"Not a line of aliases: {line}"));

    /// <summary>Of one of the tables beside this file, without its remarks.</summary>
    internal static IEnumerable<string> Lines(string table)
    {
        using var reader =
            new StreamReader(Assembly.GetExecutingAssembly().GetManifestResourceStream($"XenoCrm.Core.Places.{table}")!);
        while (reader.ReadLine() is { } line)
        {
            if (line.Length > 0 && line[0] != '#')
            {
                yield return line;
            }
        }
    }
}
