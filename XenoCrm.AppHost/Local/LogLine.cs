using System.Text.RegularExpressions;
using Microsoft.Extensions.Logging;

namespace XenoCrm.AppHost.Local;

/// <summary>A line that a child wrote, without what the runner's own prefix says already.</summary>
internal sealed partial record LogLine(LogLevel Level, string Text)
{
    public static LogLine Parse(string line)
    {
        if (DotnetLine().Match(line) is { Success: true } service)
        {
            var text = service.Groups["text"].Value;
            var level = service.Groups["level"].Value switch
            {
                "warn" => LogLevel.Warning,
                "fail" or "crit" => LogLevel.Error,
                _ => LogLevel.Information,
            };

            // Where it comes from helps with what is wrong; the rest speaks for itself.
            return level == LogLevel.Information ? new LogLine(level, text) : new LogLine(level, $"{service.Groups["category"].Value}: {text}");
        }

        return new LogLine(LogLevel.Information, RedisLine().Replace(line, ""));
    }

    // warn: XenoCrm.Api.Campaigns.Sender[3] The vendor answered 503
    [GeneratedRegex(@"^(?<level>trce|dbug|info|warn|fail|crit): (?:[^\[\]]*?\.)?(?<category>[^.\[\]]+)\[-?\d+\] (?<text>.*)$", RegexOptions.CultureInvariant)]
    private static partial Regex DotnetLine();

    // 4711:M 23 Nov 2026 08:45:46.123 # Server initialized
    [GeneratedRegex(@"^\d+:[A-Z] \d{2} \w{3} \d{4} [\d:.]+ [.\-*#] ", RegexOptions.CultureInvariant)]
    private static partial Regex RedisLine();
}
