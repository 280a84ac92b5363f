using Microsoft.AspNetCore.TestHost;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using XenoCrm.ServiceDefaults;

namespace XenoCrm.Tests.ServiceDefaults;

/// <summary>What <c>/health</c> tells, and to whom.</summary>
public sealed class HealthBodyTests
{
    [Theory]
    [InlineData(
        "Development", """{"status":"degraded","entries":{"self":"healthy","vendor":"degraded"},"reasons":{"vendor":"It is away."}}""")]
    [InlineData("Production", """{"status":"degraded","entries":{"self":"healthy","vendor":"degraded"}}""")]
    public async Task Each_check_has_its_word_and_in_Development_its_reason(string environment, string body)
    {
        var builder = WebApplication.CreateBuilder(new WebApplicationOptions { EnvironmentName = environment });
        builder.WebHost.UseTestServer();
        builder.AddServiceDefaults();
        builder.Services.AddHealthChecks().AddCheck("vendor", () => HealthCheckResult.Degraded("It is away."));
        await using var app = builder.Build();
        app.MapDefaultEndpoints();
        await app.StartAsync(TestContext.Current.CancellationToken);
        Assert.Equal(body, await app.GetTestClient().GetStringAsync("/health", TestContext.Current.CancellationToken));
    }
}
