using System.Reflection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Options;
using XenoCrm.Api.Ai;
using XenoCrm.Api.Auth;
using XenoCrm.Api.Vendor;
using XenoCrm.Core.Account;
using XenoCrm.Data;

namespace XenoCrm.Api.Overview;

/// <summary>What is configured here and whether it works, without anything secret.</summary>
internal sealed class SystemService(
    IConfiguration configuration,
    IHostEnvironment environment,
    HealthCheckService health,
    SignInWays ways,
    IOptions<OpenAIOptions> model,
    Vendors vendors,
    IOptions<VendorOptions> vendor,
    AccountSettings account)
{
    public async Task<SystemReport> ReadAsync(CancellationToken cancellationToken)
    {
        var report = await health.CheckHealthAsync(cancellationToken);
        return new SystemReport(
            [.. report.Entries.Where(entry => entry.Key != "self").Select(entry => new HealthLine(
                entry.Key, entry.Value.Status.ToString().ToLowerInvariant(), entry.Value.Description))],
            [
                new("Version", Version()),
                new("Environment", environment.EnvironmentName),
                new("Store", configuration.GetConnectionString(DataServices.StoreName)?.StartsWith(
                    "mongodb", StringComparison.OrdinalIgnoreCase) == true ? "MongoDB" : "Embedded (SQLite)"),
                new("Receipt stream", string.IsNullOrWhiteSpace(configuration.GetConnectionString(DataServices.RedisName))
                    ? "Embedded, in the store’s file" : "Redis"),
                new("Sign-in", ways.Google ? "Google" : ways.Development ? "Development: any address, no password" : "None configured"),
                new("Language model", model.Value.IsConfigured
                    ? $"{model.Value.Model} at {model.Value.Endpoint?.Host ?? "OpenAI"}" : "None: the built-in engine writes and reads"),
                .. vendors.All.Select(line => new SettingLine(Vendors.Title(line.Name)!, line.Vendor.Place)),
                new("Receipts come to", vendor.Value.CallbackUrl!.Authority),
                new("Time zone", account.Configured.TimeZone),
                new("Currency", account.Configured.Currency ?? "None: amounts are numbers"),
                new("Country of phone numbers", account.Configured.Country ?? "None: numbers carry their own code"),
            ]);
    }

    // Of the commit that is in it a few letters say which.
    private static string Version()
    {
        var version = typeof(SystemService).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion;
        return version?.Split('+') is [var number, var commit] ? $"{number}+{commit[..Math.Min(commit.Length, 8)]}" : version ?? "unknown";
    }
}

/// <param name="Health">Of what everything stands on.</param>
/// <param name="Settings">By name, in words.</param>
public sealed record SystemReport(IReadOnlyList<HealthLine> Health, IReadOnlyList<SettingLine> Settings);

/// <param name="Name">Of the check.</param>
/// <param name="Word"><c>healthy</c>, <c>degraded</c> or <c>unhealthy</c>.</param>
/// <param name="Reason">What it says itself, for operators.</param>
public sealed record HealthLine(string Name, string Word, string? Reason);

public sealed record SettingLine(string Name, string Value);
