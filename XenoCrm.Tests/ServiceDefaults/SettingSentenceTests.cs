using System.Globalization;
using System.Reflection;
using Microsoft.Extensions.Options;
using XenoCrm.Api.Auth;
using XenoCrm.Api.Vendor;
using XenoCrm.Core.Account;
using XenoCrm.ServiceDefaults;

namespace XenoCrm.Tests.ServiceDefaults;

/// <summary>
/// Every class of settings that there is, each of its settings, with what it cannot be: a sentence that says which, what it
/// is and what it may be.
/// </summary>
public sealed class SettingSentenceTests
{
    private static readonly Type[] Classes =
    [
        .. new[] { "XenoCrm.Api", "XenoCrm.Core", "XenoCrm.Data", "XenoCrm.ReceiptWorker", "XenoCrm.VendorSimulator" }
            .SelectMany(name => Assembly.Load(name).GetTypes())
            .Where(type => type is { IsClass: true, IsAbstract: false } && SettingSentence.SectionOf(type) is not null),
    ];

    public static TheoryData<string, string, string> Wrong()
    {
        var rows = new TheoryData<string, string, string>();
        foreach (var type in Classes)
        {
            foreach (var (path, kind) in Settings(SettingSentence.SectionOf(type)!, type))
            {
                foreach (var value in Garbage(kind))
                {
                    rows.Add(type.FullName!, path, value);
                }
            }
        }

        return rows;
    }

    [Theory]
    [MemberData(nameof(Wrong), DisableDiscoveryEnumeration = true)]
    public void A_value_of_another_kind_is_told_in_one_sentence(string type, string path, string value)
    {
        var sentence = Sentence(type, (path, value));
        Assert.StartsWith($"{path} is '{value}'; it must be ", sentence, StringComparison.Ordinal);
        Assert.DoesNotContain("XenoCrm.", sentence, StringComparison.Ordinal);
        Assert.DoesNotContain("System.", sentence, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', sentence);
    }

    [Theory]
    [InlineData("Campaigns:BatchSize", "0", "Campaigns:BatchSize is '0'; it must be a whole number from 1 to 1000.")]
    [InlineData("Campaigns:BatchSize", "many", "Campaigns:BatchSize is 'many'; it must be a whole number from 1 to 1000.")]
    [InlineData("Campaigns:BatchSize", "1.5", "Campaigns:BatchSize is '1.5'; it must be a whole number from 1 to 1000.")]
    [InlineData(
        "Campaigns:BatchSize", "99999999999999", "Campaigns:BatchSize is '99999999999999'; it must be a whole number from 1 to 1000.")]
    [InlineData("Campaigns:MaxFailureRate", "50%", "Campaigns:MaxFailureRate is '50%'; it must be a number from 0.01 to 1.")]
    [InlineData("Campaigns:MaxFailureRate", "NaN", "Campaigns:MaxFailureRate is 'NaN'; it must be a number from 0.01 to 1.")]
    [InlineData(
        "Campaigns:Lease", "30", "Campaigns:Lease is '30'; it must be a duration from 00:00:01 to 01:00:00, written [days.]hh:mm:ss.")]
    [InlineData(
        "Campaigns:GiveUpAfter",
        "72:00:00",
        "Campaigns:GiveUpAfter is '72:00:00'; it must be a duration from 00:01:00 to 30.00:00:00, written [days.]hh:mm:ss.")]
    [InlineData("Auth:DefaultRole", "boss", "Auth:DefaultRole is 'boss'; it must be viewer or marketer.")]
    [InlineData("Auth:DefaultRole", "admin", "Auth:DefaultRole is 'admin'; it must be viewer or marketer.")]
    [InlineData("Auth:DefaultRole", "7", "Auth:DefaultRole is '7'; it must be viewer or marketer.")]
    [InlineData(
        "OpenAI:Endpoint",
        "localhost:11434",
        "OpenAI:Endpoint is 'localhost:11434'; it must be an http or https address, such as http://localhost:5081.")]
    [InlineData(
        "Account:TimeZone",
        "Mars/Olympus",
        "Account:TimeZone: 'Mars/Olympus' is no time zone that is known here. Give an IANA id such as Europe/Berlin, Asia/Kolkata or UTC.")]
    [InlineData(
        "Account:Currency",
        "euro",
        "Account:Currency is 'euro'. Account:Currency is an ISO 4217 code of three capital letters such as EUR or INR, or left out.")]
    [InlineData(
        "Cors:Origins:0",
        "shop.example",
        "Cors:Origins has 'shop.example'. An origin is scheme, host and port alone, such as https://shop.example, or it is * and stands "
            + "alone.")]
    [InlineData("ReceiptStream:KeyPrefix", "a b", "ReceiptStream:KeyPrefix is 'a b'; it must be of the form ^[A-Za-z0-9_.:-]{1,64}$.")]
    [InlineData("Vendor:Faults:Late:Rate", "2", "Vendor:Faults:Late:Rate is '2'; it must be a number from 0 to 1.")]
    public void The_sentence_says_which_setting_what_it_is_and_what_it_may_be(string path, string value, string sentence) => Assert.Equal(
        sentence,
        Sentence(
            Classes.Last(type => path.StartsWith(SettingSentence.SectionOf(type) + ":", StringComparison.Ordinal)).FullName!,
            (path, value)));

    [Fact]
    public void Several_wrong_settings_are_told_together() => Assert.Equal(
        "Campaigns:BatchSize is '0'; it must be a whole number from 1 to 1000. "
        + "Campaigns:Concurrency is '65'; it must be a whole number from 1 to 64.",
        Sentence("XenoCrm.Api.Campaigns.CampaignOptions", ("Campaigns:BatchSize", "0"), ("Campaigns:Concurrency", "65")));

    [Fact]
    public void Of_several_classes_each_says_its_own() => Assert.Equal(
        "One is wrong. Two is wrong.",
        ProcessDefaults.Sentence(new AggregateException(
            new OptionsValidationException("", typeof(AuthOptions), ["One is wrong."]),
            new OptionsValidationException("", typeof(AccountOptions), ["Two is wrong."]))));

    [Fact]
    public void What_is_configured_nowhere_is_right_in_every_class()
    {
        foreach (var type in Classes)
        {
            Assert.Null(Record.Exception(() => Bind(type.FullName!)));
        }
    }

    private static string Sentence(string type, params (string Path, string Value)[] settings)
    {
        var e = Assert.ThrowsAny<Exception>(() => Bind(type, settings));
        return ProcessDefaults.Sentence(e as TargetInvocationException is { InnerException: { } inner } ? inner : e) ?? $"No sentence: {e}";
    }

    private static void Bind(string type, params (string Path, string Value)[] settings) => typeof(SettingSentenceTests)
        .GetMethod(nameof(BindAs), BindingFlags.NonPublic | BindingFlags.Static)!
        .MakeGenericMethod(Classes.Single(one => one.FullName == type))
        .Invoke(null, BindingFlags.DoNotWrapExceptions, null, [settings], CultureInfo.InvariantCulture);

    private static void BindAs<T>((string Path, string Value)[] settings)
        where T : class
    {
        var configured = settings.ToDictionary(one => one.Path, one => (string?)one.Value);
        using var services = new ServiceCollection()
            .AddSingleton<IConfiguration>(new ConfigurationBuilder().AddInMemoryCollection(configured).Build())
            .AddSingleton(typeof(IValidateOptions<>), typeof(SettingCheck<>))
            .AddOptions<T>().BindConfiguration(SettingSentence.SectionOf(typeof(T))!).PostConfigure(AtHome).ValidateDataAnnotations()
            .Services.BuildServiceProvider();
        _ = services.GetRequiredService<IOptions<T>>().Value;
    }

    /// <summary>The addresses that the API fills in by its own port.</summary>
    private static void AtHome(object options)
    {
        if (options is VendorOptions vendor)
        {
            vendor.BaseAddress ??= new Uri("http://localhost:5081/");
            vendor.CallbackUrl ??= new Uri("http://localhost:5080/vendor/receipt");
        }
    }

    private static IEnumerable<(string Path, Type Type)> Settings(string path, Type type) => type.GetProperties()
        .Where(property => property.SetMethod is not null)
        .SelectMany(property => property.PropertyType is { IsClass: true } nested && nested.Assembly == type.Assembly
            ? Settings($"{path}:{property.Name}", nested)
            : [($"{path}:{property.Name}", Nullable.GetUnderlyingType(property.PropertyType) ?? property.PropertyType)]);

    private static string[] Garbage(Type type) =>
        type == typeof(bool) ? ["yes", "2", "on"]
        : type == typeof(TimeSpan) ? ["soon", "10", "10s", "-00:00:01", "48:00:00", "PT10S", "00:61:00"]
        : type == typeof(Uri) ? ["vendor", "localhost:5081", "ftp://vendor.example/", "/vendor"]
        : type.IsEnum ? ["nonsense", "-1"]
        : type == typeof(double) || type == typeof(decimal) ? ["half", "50%", "1,5", "one"]
        : type.IsPrimitive ? ["many", "1e99", "1.5", "1_000", "99999999999999999999"]
        : [];
}
