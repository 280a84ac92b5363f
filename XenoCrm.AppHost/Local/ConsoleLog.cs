using System.Globalization;
using Microsoft.Extensions.Logging;

namespace XenoCrm.AppHost.Local;

/// <summary>One log of all services: the time, the service in its colour, what it says.</summary>
internal sealed class ConsoleLog(TextWriter output, bool colours, TimeProvider time)
{
    private const int NameWidth = 8;

    private readonly Lock writing = new();

    /// <summary>On standard output, in colours if that is a terminal and nobody minds (https://no-color.org).</summary>
    public static ConsoleLog Standard(TimeProvider time) => new(
        Console.Out,
        !Console.IsOutputRedirected && string.IsNullOrEmpty(Environment.GetEnvironmentVariable("NO_COLOR")),
        time);

    public void Write(string service, string text) => Write(service, new LogLine(LogLevel.Information, text));

    public void Write(string service, LogLine line)
    {
        var now = time.GetLocalNow().ToString("HH:mm:ss ", CultureInfo.InvariantCulture);
        lock (writing)
        {
            output.Write(now);
            WriteIn(ColourOf(service), service.PadRight(NameWidth));
            switch (line.Level)
            {
                case LogLevel.Warning:
                    WriteIn(ConsoleColor.Yellow, "warning ");
                    break;
                case LogLevel.Error:
                    WriteIn(ConsoleColor.Red, "error ");
                    break;
                default:
                    break;
            }

            output.WriteLine(line.Text);
            output.Flush();
        }
    }

    private void WriteIn(ConsoleColor? colour, string text)
    {
        if (!colours || colour is not { } one)
        {
            output.Write(text);
            return;
        }

        Console.ForegroundColor = one;
        output.Write(text);
        Console.ResetColor();
    }

    private static ConsoleColor? ColourOf(string service) => service switch
    {
        LocalApplication.Api => ConsoleColor.Cyan,
        LocalApplication.Vendor => ConsoleColor.Magenta,
        LocalApplication.Worker => ConsoleColor.Green,
        LocalApplication.Redis => ConsoleColor.Blue,
        _ => null,
    };
}
