using XenoCrm.Core.Customers;

namespace XenoCrm.Tests.Campaigns.Year;

/// <summary>What is true of a person at a time.</summary>
internal sealed record PersonState(string? Email, string? Phone, string Zone, bool Unsubscribed = false, bool Erased = false);

/// <summary>A person and all that has happened to them, as the test did it.</summary>
/// <param name="Id">The customer's.</param>
/// <param name="Tier">An attribute that rules ask for; it never changes.</param>
internal sealed record YearPerson(string Id, string Tier)
{
    private readonly List<(DateTimeOffset At, PersonState State)> life = [];

    public PersonState Now => life[^1].State;

    public void Become(DateTimeOffset at, PersonState state) => life.Add((at, state));

    /// <summary>At a moment; at the very moment of a change both are, the state before and the state after.</summary>
    public IEnumerable<PersonState> StatesAt(DateTimeOffset at)
    {
        var before = life.FindLastIndex(one => one.At < at);
        return life.Skip(Math.Max(before, 0)).TakeWhile(one => one.At <= at).Select(one => one.State);
    }
    /// <summary>At any moment from the one to the other.</summary>
    public IEnumerable<PersonState> StatesBetween(DateTimeOffset from, DateTimeOffset to) =>
        StatesAt(from).Concat(life.Where(one => one.At > from && one.At <= to).Select(one => one.State));
}

/// <summary>The people of a simulated year, and the suppression list.</summary>
internal sealed class YearPeople
{
    public static readonly string[] Tiers = ["bronze", "silver", "gold", "new"];

    // Half of them say their zone, the others live where there is one, or the city says which, or nobody knows.
    private static readonly (string? TimeZone, string? Country, string? City, string Zone)[] Places =
    [
        ("Europe/Berlin", null, null, "Europe/Berlin"), ("America/New_York", "DE", "Berlin", "America/New_York"),
        ("Pacific/Auckland", null, null, "Pacific/Auckland"), ("Australia/Lord_Howe", null, null, "Australia/Lord_Howe"),
        ("America/St_Johns", null, null, "America/St_Johns"), ("Pacific/Kiritimati", null, null, "Pacific/Kiritimati"),
        ("Asia/Kolkata", null, null, "Asia/Kolkata"), (null, "DE", "Köln", "Europe/Berlin"), (null, "IN", "Pune", "Asia/Kolkata"),
        (null, "US", "Chicago", "America/Chicago"), (null, "United Kingdom", "Leeds", "Europe/London"), (null, "Japan", null, "Asia/Tokyo"),
        (null, "US", "Springfield", AccountZone), (null, null, null, AccountZone),
    ];

    public const string AccountZone = "Europe/Lisbon";

    private readonly Dictionary<string, YearPerson> byId = [];

    public IReadOnlyList<YearPerson> All { get; }

    public Dictionary<string, DateTimeOffset> Suppressed { get; } = new(StringComparer.OrdinalIgnoreCase);

    public IReadOnlyList<CustomerChange> Rows { get; }

    public YearPeople(int count, Random random, DateTimeOffset at)
    {
        var (people, rows) = (new List<YearPerson>(count), new List<CustomerChange>(count));
        for (var i = 0; i < count; i++)
        {
            var place = Places[random.Next(Places.Length)];
            var email = random.Next(100) < 85 ? $"p{i}@example.com" : null;
            var phone = email is null || random.Next(100) < 50 ? $"+4915{i:D9}" : null;
            var person = new YearPerson($"p{i}", Tiers[random.Next(Tiers.Length)]);
            person.Become(at, new PersonState(email, phone, place.Zone));
            people.Add(person);
            byId.Add(person.Id, person);
            rows.Add(new CustomerChange
            {
                Id = person.Id,
                Name = $"Person {i}",
                Email = email,
                Phone = phone,
                PhoneE164 = phone,
                TimeZone = place.TimeZone,
                Country = place.Country,
                City = place.City,
                Attributes = new Dictionary<string, AttributeValue?> { ["tier"] = AttributeValue.Of(person.Tier) },
            });
        }

        (All, Rows) = (people, rows);
    }

    public YearPerson? Find(string id) => byId.GetValueOrDefault(id);

    /// <summary>Whether an address was on the list before a moment; null where it came onto it at that very moment.</summary>
    public bool? IsSuppressed(string address, DateTimeOffset at) =>
        !Suppressed.TryGetValue(address, out var since) || since > at ? false : since == at ? null : true;
}
