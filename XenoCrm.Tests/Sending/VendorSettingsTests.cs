using XenoCrm.Api.Vendor;
using XenoCrm.ServiceDefaults;
using XenoCrm.Tests.Support;

namespace XenoCrm.Tests.Sending;

/// <summary>What cannot work ends the start, with the setting's name and what to do.</summary>
public sealed class VendorSettingsTests
{
    private static readonly Dictionary<string, string?> Http = new()
    {
        ["Vendors:Phone:Kind"] = "Http",
        ["Vendors:Phone:Http:Url"] = "https://api.vendor.example/v1/messages",
        ["Vendors:Phone:Http:Body"] = """{"to": "{{recipient}}", "text": "{{text}}"}""",
    };

    private static readonly Dictionary<string, string?> Smtp = new()
    {
        ["Vendors:Email:Kind"] = "Smtp",
        ["Vendors:Email:Smtp:Host"] = "smtp.provider.example",
        ["Vendors:Email:Smtp:From"] = "Shop <news@shop.example>",
    };

    [Fact]
    public void Right_settings_are_right()
    {
        Assert.Empty(Faults([]));
        Assert.Empty(Faults(Http));
        Assert.Empty(Faults(Smtp));
    }

    [Theory]
    [InlineData("Url", "", "Vendors:Phone:Http:Url is not set. Set it to")]
    [InlineData("Url", "https://user:pass@api.example/", "Vendors:Phone:Http:Url may have placeholders in its query only, and no password")]
    [InlineData("Url", "https://api.example/{{recipient}}", "Vendors:Phone:Http:Url may have placeholders in its query only")]
    [InlineData("Body", "", "Vendors:Phone:Http:Body is not set. Set it to")]
    [InlineData("Body", """{"to": {{recipient}}}""", "Vendors:Phone:Http:Body is not JSON. Placeholders stand inside texts")]
    [InlineData("Body", """{"to": "{{recipient}}", "text": "{{txet}}"}""", "Vendors:Phone:Http:Body has {{txet}}; known are {{id}}")]
    [InlineData("Body", """{"text": "{{text}}"}""", "Vendors:Phone:Http:Body names no {{recipient}}")]
    [InlineData("Format", "Form", "Vendors:Phone:Http:Body is no form. Write it as to={{recipient}}&body={{text}}.")]
    [InlineData("Method", "GET", "Vendors:Phone:Http:Body is set, and a GET has none.")]
    [InlineData("Item", """{"to": "{{recipient}}"}""", "Vendors:Phone:Http:Body has no \"{{messages}}\"")]
    [InlineData("Headers:0", "Bearer s3cr3t", "Vendors:Phone:Http:Headers:0 is no header. Write it as Name: value")]
    [InlineData("Headers:0", "X-To: {{recipient}}", "Vendors:Phone:Http:Headers:0 (X-To) has a placeholder; a header may have {{id}}")]
    [InlineData("Answer:Id", "messages[].sid", "Vendors:Phone:Http:Answer:Id is 'messages[].sid'; it must be a place such as")]
    [InlineData("Answer:Refused:0", "500", "Vendors:Phone:Http:Answer:Refused has 500.")]
    [InlineData("Receipts:Status", "state", "Vendors:Phone:Http:Receipts:Secret is not set: anybody could send receipts.")]
    [InlineData("Receipts:Secret", "short", "Vendors:Phone:Http:Receipts:Header is not the name of a header.")]
    [InlineData("Receipts:Secret", "short", "Vendors:Phone:Http:Receipts:Secret has fewer than 24 characters. Make one with")]
    [InlineData("Receipts:Secret", "short", "Vendors:Phone:Http:Receipts:Status is not set.")]
    [InlineData("Receipts:Secret", "short", "Vendors:Phone:Http:Receipts:Sent:0 and Vendors:Phone:Http:Receipts:Failed:0 must be set")]
    public void Of_an_http_vendor(string setting, string value, string sentence)
    {
        var faults = Faults(With(Http, "Vendors:Phone:Http:" + setting, value));
        Assert.Contains(faults, fault => fault.StartsWith(sentence, StringComparison.Ordinal));
        Assert.DoesNotContain(faults, fault => fault.Contains("s3cr3t", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("Host", "", "Vendors:Email:Smtp:Host is not set. Set it to the mail server's name")]
    [InlineData("From", "", "Vendors:Email:Smtp:From is not set; it must be whom messages come from")]
    [InlineData("From", "Shop", "Vendors:Email:Smtp:From is 'Shop'; it must be whom")]
    [InlineData("ReplyTo", "nobody", "Vendors:Email:Smtp:ReplyTo is 'nobody'; it must be an address")]
    [InlineData("EnvelopeFrom", "B <b@shop.example>", "Vendors:Email:Smtp:EnvelopeFrom is 'B <b@shop.example>'; it must be an")]
    [InlineData("User", "shop", "Vendors:Email:Smtp:User and Vendors:Email:Smtp:Password are set together, or neither.")]
    [InlineData("Bounces:Secret", "short", "Vendors:Email:Smtp:Bounces:Secret has fewer than 24 characters.")]
    public void Of_a_mail_server(string setting, string value, string sentence) => Assert.Contains(
        Faults(With(Smtp, "Vendors:Email:Smtp:" + setting, value)), fault => fault.StartsWith(sentence, StringComparison.Ordinal));

    [Fact]
    public void A_password_goes_over_no_open_connection_but_on_this_machine()
    {
        var signed = With(With(Smtp, "Vendors:Email:Smtp:User", "shop"), "Vendors:Email:Smtp:Password", "s3cr3t");
        var open = With(signed, "Vendors:Email:Smtp:Tls", "None");
        var fault = Assert.Single(Faults(open));
        Assert.StartsWith("Vendors:Email:Smtp:Tls is None, and the password would go over the network", fault, StringComparison.Ordinal);
        Assert.DoesNotContain("s3cr3t", fault, StringComparison.Ordinal);
        Assert.Empty(Faults(With(open, "Vendors:Email:Smtp:Host", "localhost")));
    }

    [Fact]
    public void A_telephone_gets_no_mail() => Assert.Equal(
        ["Vendors:Phone:Kind is 'Smtp'; a telephone number gets no e-mail. Set it to Vendor or Http."],
        Faults(new() { ["Vendors:Phone:Kind"] = "Smtp" }));

    [Fact]
    public void Settings_of_a_vendor_that_is_not_used_are_not_looked_at() =>
        Assert.Empty(Faults(With(With(Smtp, "Vendors:Email:Kind", "Vendor"), "Vendors:Email:Smtp:Host", "")));

    [Theory]
    [InlineData("Vendors:Email:Smtp:Host", "", "Vendors:Email:Smtp:Host is not set.")]
    [InlineData("Vendors:Email:Kind", "Pigeon", "Vendors:Email:Kind is 'Pigeon'; it must be vendor, http or smtp.")]
    [InlineData("Vendors:Email:Smtp:Timeout", "00:01:00", "Vendors:Email:Smtp:Timeout is '00:01:00'; it must be half of Campaigns:Lease")]
    public void The_start_ends_with_it(string setting, string value, string sentence)
    {
        var failure = Assert.ThrowsAny<Exception>(() => new ApiServer(With(Smtp, setting, value)));
        Assert.StartsWith(sentence, ProcessDefaults.Sentence(failure), StringComparison.Ordinal);
    }

    private static Dictionary<string, string?> With(Dictionary<string, string?> settings, string key, string? value) =>
        new(settings) { [key] = value };

    private static List<string> Faults(Dictionary<string, string?> settings)
    {
        var options = new VendorsOptions();
        new ConfigurationBuilder().AddInMemoryCollection(settings).Build().GetSection(VendorsOptions.Section).Bind(options);
        return [.. new VendorsCheck().Validate(null, options).Failures ?? []];
    }
}
