using System.Text.Json;
using System.Text.Json.Serialization;

namespace XenoCrm.Core.Account;

/// <summary>
/// What admins have set for the account. A member that is set takes the place of the configuration's, also where it says "none"; one that
/// is not set leaves it.
/// </summary>
public sealed record AccountOverrides
{
    public static readonly AccountOverrides None = new();

    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    };

    /// <summary>An IANA id; null is not set.</summary>
    public string? TimeZone { get; init; }

    /// <summary>An ISO 4217 code, or none.</summary>
    public Chosen<string>? Currency { get; init; }

    /// <summary>Empty for none; null is not set.</summary>
    public IReadOnlyList<FrequencyCap>? FrequencyCaps { get; init; }

    public Chosen<QuietHours>? QuietHours { get; init; }

    /// <summary>The members that are set.</summary>
    public IReadOnlyList<string> Members => [.. ToTexts().Keys];

    /// <summary>What holds: this over the configuration, which gives the members that nobody can set here.</summary>
    public AccountOptions Over(AccountOptions configured)
    {
        var account = new AccountOptions
        {
            Name = configured.Name,
            TimeZone = TimeZone ?? configured.TimeZone,
            Currency = Currency is null ? configured.Currency : Currency.Value,
            Country = configured.Country,
            PublicUrl = configured.PublicUrl,
            QuietHours = QuietHours is null ? configured.QuietHours : QuietHours.Value,
        };
        account.FrequencyCaps.AddRange(FrequencyCaps ?? configured.FrequencyCaps);
        return account;
    }

    /// <summary>As it is stored: JSON by the member's name.</summary>
    public IReadOnlyDictionary<string, string> ToTexts()
    {
        var texts = new Dictionary<string, string>();
        if (TimeZone is not null)
        {
            texts[AccountMember.TimeZone] = JsonSerializer.Serialize(TimeZone, Json);
        }

        if (Currency is not null)
        {
            texts[AccountMember.Currency] = JsonSerializer.Serialize(Currency.Value, Json);
        }

        if (FrequencyCaps is not null)
        {
            texts[AccountMember.FrequencyCaps] = JsonSerializer.Serialize(FrequencyCaps, Json);
        }

        if (QuietHours is not null)
        {
            texts[AccountMember.QuietHours] = JsonSerializer.Serialize(QuietHours.Value, Json);
        }

        return texts;
    }

    /// <exception cref="JsonException">A member is not as this program writes it.</exception>
    public static AccountOverrides Parse(IReadOnlyDictionary<string, string> texts) => new()
    {
        TimeZone = Find<string>(texts, AccountMember.TimeZone)?.Value,
        Currency = Find<string>(texts, AccountMember.Currency),
        FrequencyCaps = Find<List<FrequencyCap>>(texts, AccountMember.FrequencyCaps)?.Value,
        QuietHours = Find<QuietHours>(texts, AccountMember.QuietHours),
    };

    private static Chosen<T>? Find<T>(IReadOnlyDictionary<string, string> texts, string member)
        where T : class =>
        texts.TryGetValue(member, out var text) ? new Chosen<T>(JsonSerializer.Deserialize<T>(text, Json)) : null;
}

/// <summary>A value that was chosen, and may be none.</summary>
public sealed record Chosen<T>(T? Value)
    where T : class;

/// <summary>The members that can be set at run time, as they are called in JSON.</summary>
public static class AccountMember
{
    public const string TimeZone = "timeZone";
    public const string Currency = "currency";
    public const string FrequencyCaps = "frequencyCaps";
    public const string QuietHours = "quietHours";

    public static readonly IReadOnlyList<string> All = [TimeZone, Currency, FrequencyCaps, QuietHours];
}
