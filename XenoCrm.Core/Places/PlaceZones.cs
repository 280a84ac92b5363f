using System.Collections.Concurrent;
using System.Collections.Frozen;
using NodaTime;
using NodaTime.TimeZones;
using XenoCrm.Core.Rules;
using XenoCrm.Core.Text;

namespace XenoCrm.Core.Places;

/// <summary>
/// The time zone of a place, where a country has one only, or the city says which: by the tz database, which calls zones by cities, and
/// cityzones.txt.
/// </summary>
public static class PlaceZones
{
    // Zones of a country whose clocks agree over these years are one.
    private static readonly Interval Years = new(Instant.FromUtc(2020, 1, 1, 0, 0), Instant.FromUtc(2038, 1, 1, 0, 0));

    private static readonly Lazy<Tables> All = new(Read);

    /// <summary>Names as people wrote them, each worked out once; far more than there are places are not kept.</summary>
    private static readonly ConcurrentDictionary<(string Country, string? City), string?> Known = new();

    private const int MostKnown = 100_000;

    /// <summary>An IANA id; null where the place leaves several, or says none.</summary>
    public static string? Find(string? country, string? city)
    {
        if (country is null)
        {
            return null;
        }

        if (Known.TryGetValue((country, city), out var known))
        {
            return known;
        }

        var found = FindNew(country, city);
        if (Known.Count < MostKnown)
        {
            Known[(country, city)] = found;
        }

        return found;
    }

    private static string? FindNew(string country, string? city)
    {
        var (tables, key) = (All.Value, TextKey.Of(country));
        var code = tables.Codes.GetValueOrDefault(key)
            ?? PlaceAliases.Of(FieldCatalog.Country, country).Select(name => tables.Codes.GetValueOrDefault(TextKey.Of(name)))
                .FirstOrDefault(found => found is not null);
        if (code is null)
        {
            return null;
        }

        if (tables.Single.TryGetValue(code, out var zone) || city is null)
        {
            return zone;
        }

        return PlaceAliases.Of(FieldCatalog.City, city).Prepend(city)
            .Select(name => tables.Cities.GetValueOrDefault((code, TextKey.Of(name))))
            .FirstOrDefault(found => found is not null);
    }

    private static Tables Read()
    {
        var locations = TzdbDateTimeZoneSource.Default.ZoneLocations!;
        var codes = new Dictionary<string, string>();
        var single = new Dictionary<string, string>();
        var cities = new Dictionary<(string, string), string>();
        foreach (var country in locations.GroupBy(location => location.CountryCode))
        {
            codes[TextKey.Of(country.Key)] = country.Key;
            codes[TextKey.Of(country.First().CountryName)] = country.Key;
            var zones = country.Select(location => location.ZoneId).ToList();
            if (zones.DistinctBy(Clock).Count() == 1)
            {
                single[country.Key] = zones[0];
            }
            else
            {
                foreach (var zone in zones)
                {
                    cities[(country.Key, TextKey.Of(zone[(zone.LastIndexOf('/') + 1)..].Replace('_', ' ')))] = zone;
                }
            }
        }

        foreach (var line in PlaceAliases.Lines("cityzones.txt"))
        {
            var (zone, names) = line.Split(": ", 2) is [var head, var list] && head.Split(' ') is [_, _]
                ? (head.Split(' '), list.Split(", "))
                : throw new InvalidDataException($"Not a line of cityzones.txt: {line}");
            foreach (var name in names)
            {
                cities[(zone[0], TextKey.Of(name))] = zone[1];
            }
        }

        return new Tables(codes.ToFrozenDictionary(), single.ToFrozenDictionary(), cities.ToFrozenDictionary());
    }

    /// <summary>What its clocks do, as a text that two zones share where they show the same.</summary>
    private static string Clock(string zone) => string.Join(
        ';',
        DateTimeZoneProviders.Tzdb[zone].GetZoneIntervals(Years).Select(
            span => $"{(span.HasEnd ? span.End.ToUnixTimeSeconds() : 0)} {span.WallOffset.Seconds}"));

    /// <param name="Codes">Country codes by a country's code and name, in the key form.</param>
    /// <param name="Single">Zones of the countries that have one.</param>
    /// <param name="Cities">Zones of other countries, by code and city in the key form.</param>
    private sealed record Tables(
        FrozenDictionary<string, string> Codes,
        FrozenDictionary<string, string> Single,
        FrozenDictionary<(string Code, string City), string> Cities);
}
