using XenoCrm.AppHost.Local;

namespace XenoCrm.Tests.AppHost;

public sealed class LogLineTests
{
    [Theory]
    [InlineData("info: XenoCrm.Api.Campaigns.Sender[3] Sent 500 messages", nameof(LogLevel.Information), "Sent 500 messages")]
    [InlineData("dbug: Sender[0] Looking", nameof(LogLevel.Information), "Looking")]
    [InlineData("warn: XenoCrm.Api.Campaigns.Sender[4] The vendor answered 503", nameof(LogLevel.Warning), "Sender: The vendor answered 503")]
    [InlineData("fail: Microsoft.AspNetCore.Server.Kestrel[13] [a] b", nameof(LogLevel.Error), "Kestrel: [a] b")]
    [InlineData("crit: Sender[5] Out of disk: /data", nameof(LogLevel.Error), "Sender: Out of disk: /data")]
    [InlineData("19707:M 23 Nov 2026 08:45:46.123 # Server initialized", nameof(LogLevel.Information), "Server initialized")]
    [InlineData("Unhandled exception. System.IO.IOException: no", nameof(LogLevel.Information), "Unhandled exception. System.IO.IOException: no")]
    [InlineData("", nameof(LogLevel.Information), "")]
    public void A_line_is_shown_without_what_the_prefix_says_already(string line, string level, string text) =>
        Assert.Equal(new LogLine(Enum.Parse<LogLevel>(level), text), LogLine.Parse(line));
}
