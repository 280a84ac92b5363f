using System.Text;

namespace XenoCrm.Api.Rows.Csv;

/// <summary>By which character a file's columns are separated, found from its header.</summary>
internal static class CsvSeparators
{
    public const char Usual = ',';

    private const string All = ",;\t|";
    private const string Hint = "sep=";

    /// <param name="beginning">The file's first characters, the header among them.</param>
    /// <param name="isKnown">Whether a column has a name that we know.</param>
    /// <returns>The separator, and whether the first line says it and is no header: <c>sep=;</c></returns>
    public static (char Separator, bool IsHint) Find(string beginning, Func<string, bool> isKnown)
    {
        var text = beginning.TrimStart('\uFEFF', '\r', '\n');
        if (text.StartsWith(Hint, StringComparison.OrdinalIgnoreCase) && text.Length > Hint.Length
            && All.Contains(text[Hint.Length], StringComparison.Ordinal)
            && (text.Length == Hint.Length + 1 || text[Hint.Length + 1] is '\r' or '\n'))
        {
            return (text[Hint.Length], true);
        }

        // Of those that give as many known names, the one with more columns; of those, the earlier one.
        return (All.Select(separator => (separator, names: Split(text, separator)))
            .OrderByDescending(split => split.names.Count(isKnown))
            .ThenByDescending(split => split.names.Count)
            .First().separator, false);
    }

    private static List<string> Split(string text, char separator)
    {
        var names = new List<string>();
        var name = new StringBuilder();
        var isQuoted = false;
        foreach (var character in text)
        {
            if (character == '"')
            {
                isQuoted = !isQuoted;
            }
            else if (!isQuoted && character is '\r' or '\n')
            {
                break;
            }
            else if (!isQuoted && character == separator)
            {
                names.Add(name.ToString());
                name.Clear();
            }
            else
            {
                name.Append(character);
            }
        }

        names.Add(name.ToString());
        return names;
    }
}
