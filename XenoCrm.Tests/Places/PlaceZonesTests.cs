using XenoCrm.Core.Places;

namespace XenoCrm.Tests.Places;

public sealed class PlaceZonesTests
{
    [Theory]
    [InlineData("DE", null, "Europe/Berlin")]
    [InlineData("germany", "Hamburg", "Europe/Berlin")]
    [InlineData("Deutschland", null, "Europe/Berlin")]
    [InlineData("IN", "Pune", "Asia/Kolkata")]
    [InlineData("United Kingdom", "Leeds", "Europe/London")]
    [InlineData("JPN", null, "Asia/Tokyo")]
    public void A_country_with_one_zone_has_that_one(string country, string? city, string zone) =>
        Assert.Equal(zone, PlaceZones.Find(country, city));

    [Theory]
    [InlineData("US", "Chicago", "America/Chicago")]
    [InlineData("USA", "new york", "America/New_York")]
    [InlineData("United States", "NYC", "America/New_York")]
    [InlineData("US", "San Francisco", "America/Los_Angeles")]
    [InlineData("Portugal", "Ponta Delgada", "Atlantic/Azores")]
    [InlineData("Spain", "Sevilla", "Europe/Madrid")]
    [InlineData("Brasil", "São Paulo", "America/Sao_Paulo")]
    [InlineData("Australia", "Perth", "Australia/Perth")]
    public void In_a_country_with_several_the_city_says_which(string country, string city, string zone) =>
        Assert.Equal(zone, PlaceZones.Find(country, city));

    [Theory]
    [InlineData("US", null)]
    [InlineData("US", "Springfield")]
    [InlineData("Atlantis", "Poseidonis")]
    [InlineData(null, "Berlin")]
    public void A_place_that_leaves_several_or_that_nobody_knows_has_none(string? country, string? city) =>
        Assert.Null(PlaceZones.Find(country, city));

    [Fact]
    public void Every_zone_of_the_tables_is_known_to_the_system()
    {
        foreach (var line in PlaceAliases.Lines("cityzones.txt"))
        {
            var (head, cities) = (line.Split(": ")[0].Split(' '), line.Split(": ")[1].Split(", "));
            Assert.All(cities, city => Assert.Equal(head[1], PlaceZones.Find(head[0], city)));
            Assert.True(TimeZoneInfo.TryFindSystemTimeZoneById(head[1], out _), head[1]);
        }
    }
}
