using XenoCrm.Core.Places;
using XenoCrm.Core.Rules;

namespace XenoCrm.Language.Words;

/// <summary>Countries and large cities, so that "from France" and "from Pune" test the right field. The account's own places come on top,
/// from <see cref="LanguageHints"/>.</summary>
public static class Places
{
    // A country is stored as whoever sent it spelled it; of these two the spellings are too many to ask for each.
    private static readonly string[] UnitedKingdom = ["UK", "United Kingdom"];
    private static readonly string[] UnitedStates = ["US", "USA", "United States"];

    /// <param name="phrases">Where to add.</param>
    /// <param name="sections"><c>city</c> or <c>country</c>, each with its places: <c>A = other name = other name</c>.</param>
    internal static void AddTo(PhraseTree phrases, IEnumerable<(string Head, List<string> Phrases)> sections)
    {
        foreach (var (kind, places) in sections)
        {
            foreach (var spellings in places.Select(place => place.Split(" = ")))
            {
                foreach (var spelling in spellings)
                {
                    Add(phrases, kind == "city" ? Lexeme.CityName : Lexeme.CountryName, spelling, spellings[0]);
                }
            }
        }
    }

    /// <summary>The other names of places, where they are no words already.</summary>
    internal static void AddAliases(PhraseTree phrases)
    {
        foreach (var (field, names) in PlaceAliases.All)
        {
            foreach (var name in names.Skip(1).Where(name => !PlaceAliases.IsWord(name)))
            {
                var words = PlaceAliases.IsCode(name) ? [PlaceAliases.Code(name)] : Words(name);
                if (!phrases.Has(words))
                {
                    phrases.Add(words, [new Meaning(field == FieldCatalog.City ? Lexeme.CityName : Lexeme.CountryName, name)]);
                }
            }
        }
    }

    private static string[] Words(string name) =>
        name.ToLowerInvariant().Replace(".", "", StringComparison.Ordinal).Replace("'", "", StringComparison.Ordinal).Split([' ', '-'],
            StringSplitOptions.RemoveEmptyEntries);

    internal static void Add(PhraseTree phrases, Lexeme lexeme, string spelling, string name)
    {
        phrases.Add(spelling.ToLowerInvariant().Split([' ', '-'], StringSplitOptions.RemoveEmptyEntries), [new Meaning(lexeme, name)]);
        if (PlaceAliases.IsCode(spelling))
        {
            phrases.Add([PlaceAliases.Code(spelling)], [new Meaning(lexeme, name)]);
        }
    }

    /// <summary>All names under which a place is to be looked for.</summary>
    public static IReadOnlyList<string> Spellings(Field field, string name)
    {
        if (field == FieldCatalog.Country)
        {
            foreach (var spellings in (string[][])[UnitedKingdom, UnitedStates])
            {
                if (spellings.Contains(name, StringComparer.OrdinalIgnoreCase))
                {
                    return spellings;
                }
            }
        }

        return [name];
    }
}
