using System.Net;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.Options;
using XenoCrm.Tests.Support;

namespace XenoCrm.Tests.Vendor;

public sealed class FaultSwitchTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Every_fault_is_off_unless_somebody_switches_it_on()
    {
        using var vendor = new VendorServer();
        var faults = await vendor.Client.GetFromJsonAsync<JsonElement>("/vendor/faults", Cancellation);
        Assert.Equal(13, faults.EnumerateObject().Count());
        Assert.All(faults.EnumerateObject(), fault => Assert.Equal(0, fault.Value.GetProperty("rate").GetDouble()));
    }

    [Fact]
    public async Task Configuration_switches_them_on_from_the_start()
    {
        using var vendor = new VendorServer(new() { ["Vendor:Faults:Late:Rate"] = "0.25", ["Vendor:Faults:Late:By"] = "00:00:07" });
        var late = (await vendor.Client.GetFromJsonAsync<JsonElement>("/vendor/faults", Cancellation)).GetProperty("late");
        Assert.Equal((0.25, "00:00:07"), (late.GetProperty("rate").GetDouble(), late.GetProperty("by").GetString()));
    }

    [Fact]
    public async Task Switching_answers_with_all_of_them_and_what_is_not_named_is_off()
    {
        using var vendor = new VendorServer(new() { ["Vendor:Faults:Lost:Rate"] = "1" });
        using var answer = await vendor.Client.PutAsJsonAsync("/vendor/faults", new { slow = new { rate = 0.5 } }, Cancellation);
        var faults = await answer.Content.ReadFromJsonAsync<JsonElement>(Cancellation);
        Assert.Equal(
            (0.5, 0.0),
            (faults.GetProperty("slow").GetProperty("rate").GetDouble(), faults.GetProperty("lost").GetProperty("rate").GetDouble()));
        Assert.Equal(faults.ToString(), (await vendor.Client.GetFromJsonAsync<JsonElement>("/vendor/faults", Cancellation)).ToString());
    }

    [Theory]
    [InlineData("""{"late":{"rate":1.5}}""", "late.rate")]
    [InlineData("""{"late":{"rate":-0.1}}""", "late.rate")]
    [InlineData("""{"late":{"rate":1,"by":"-00:00:01"}}""", "late.by")]
    [InlineData("""{"duplicates":{"rate":1,"copies":0}}""", "duplicates.copies")]
    [InlineData("""{"serverErrors":{"rate":1,"status":200}}""", "serverErrors.status")]
    [InlineData("""{"duplicate":{"rate":1}}""", "duplicate")]
    [InlineData("""{"late":{"rat":1}}""", "late.rat")]
    [InlineData("""{"late":null}""", "late")]
    [InlineData("""{"late":{"rate":"often"}}""", "late.rate")]
    public async Task A_switch_that_is_none_is_refused_by_field_and_changes_nothing(string body, string field)
    {
        using var vendor = new VendorServer(new() { ["Vendor:Faults:Slow:Rate"] = "0.5" });
        using var answer = await vendor.Client.PutAsync(
            "/vendor/faults", new StringContent(body, Encoding.UTF8, "application/json"), Cancellation);
        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        var problem = await answer.Content.ReadFromJsonAsync<JsonElement>(Cancellation);
        Assert.Equal([field], problem.GetProperty("errors").EnumerateObject().Select(error => error.Name));
        var faults = await vendor.Client.GetFromJsonAsync<JsonElement>("/vendor/faults", Cancellation);
        Assert.Equal(0.5, faults.GetProperty("slow").GetProperty("rate").GetDouble());
    }

    [Theory]
    [InlineData("Vendor:Faults:Late:Rate", "2", "late.rate")]
    [InlineData("Vendor:SuccessRate", "1.1", "SuccessRate")]
    [InlineData("Vendor:MinDelay", "00:00:09", "MinDelay")]
    [InlineData("Vendor:CallbackBatch", "1001", "CallbackBatch")]
    public void A_configuration_that_makes_no_sense_stops_the_start_and_is_named(string key, string value, string named)
    {
        var failure = Assert.Throws<OptionsValidationException>(() => new VendorServer(new() { [key] = value }).Dispose());
        Assert.Contains(named, failure.Message, StringComparison.Ordinal);
    }
}
