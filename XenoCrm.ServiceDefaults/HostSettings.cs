using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging;

namespace XenoCrm.ServiceDefaults;

/// <summary>The settings that .NET itself reads: what it would tell with a stack trace, or would pass over without a word.</summary>
internal static class HostSettings
{
    /// <exception cref="InvalidOperationException">One of them cannot be right; says which, what it is and what it may be.</exception>
    public static void Check(IConfiguration configuration)
    {
        const StringSplitOptions whole = StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries;
        foreach (var address in (configuration["urls"] ?? "").Split(';', whole))
        {
            // Every host (*, +), a socket and a pipe are written in ways that no URI is.
            var isOdd = ((string[])["://*", "://+", "://unix:", "://pipe:"]).Any(part => address.Contains(part, StringComparison.Ordinal));
            Expect(
                isOdd || IsHttp(address), "ASPNETCORE_URLS", address,
                "http or https addresses, such as http://localhost:5080, with semicolons between them");
        }

        if (configuration["OTEL_EXPORTER_OTLP_ENDPOINT"] is { Length: > 0 } collector)
        {
            Expect(IsHttp(collector), "OTEL_EXPORTER_OTLP_ENDPOINT", collector, "an http or https address, such as http://localhost:4317");
        }

        if (configuration["FORWARDEDHEADERS_ENABLED"] is { Length: > 0 } forwarded)
        {
            Expect(bool.TryParse(forwarded, out _), "ASPNETCORE_FORWARDEDHEADERS_ENABLED", forwarded, "true or false");
        }

        // Logging:LogLevel:CATEGORY, and the same of one provider: Logging:Console:LogLevel:CATEGORY.
        foreach (var (path, level) in configuration.GetSection("Logging").AsEnumerable())
        {
            var isLevel = path.Contains(":LogLevel:", StringComparison.OrdinalIgnoreCase) && !string.IsNullOrEmpty(level);
            Expect(
                !isLevel || Enum.TryParse<LogLevel>(level, ignoreCase: true, out _), path, level,
                "trace, debug, information, warning, error, critical or none");
        }
    }

    private static bool IsHttp(string address) =>
        Uri.TryCreate(address, UriKind.Absolute, out var uri) && (uri.Scheme == Uri.UriSchemeHttp || uri.Scheme == Uri.UriSchemeHttps);

    private static void Expect(bool isRight, string setting, string? value, string expected)
    {
        if (!isRight)
        {
            throw new InvalidOperationException($"{setting} is '{value}'; it must be {expected}.");
        }
    }
}
