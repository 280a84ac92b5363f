using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;

namespace XenoCrm.ServiceDefaults;

/// <summary>
/// What <c>/health</c> and <c>/alive</c> say: <c>{"status":"degraded","entries":{"store":"healthy","vendor":"degraded"}}</c>, and in
/// Development <c>"reasons":{"vendor":"…"}</c> besides. Strangers are told no reasons, which name files and servers.
/// </summary>
/// <param name="Status"><c>healthy</c>, <c>degraded</c> or <c>unhealthy</c>: the worst of the entries.</param>
/// <param name="Entries">Each check's own word.</param>
/// <param name="Reasons">Why, of those checks that say.</param>
public sealed record HealthBody(
    string Status,
    IReadOnlyDictionary<string, string> Entries,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] IReadOnlyDictionary<string, string>? Reasons)
{
    internal static Task WriteAsync(HttpContext http, HealthReport report)
    {
        var reasons = http.RequestServices.GetRequiredService<IHostEnvironment>().IsDevelopment()
            ? report.Entries.Where(entry => entry.Value.Description is { Length: > 0 })
                .ToDictionary(entry => entry.Key, entry => entry.Value.Description!)
            : null;
        var body = new HealthBody(
            Word(report.Status), report.Entries.ToDictionary(entry => entry.Key, entry => Word(entry.Value.Status)), reasons);
        return http.Response.WriteAsJsonAsync(body, http.RequestAborted);
    }

    private static string Word(HealthStatus status) => status.ToString().ToLowerInvariant();
}
