using System.Collections.Concurrent;

namespace XenoCrm.Tests.Support;

/// <summary>Keeps what is logged, for tests of what an operator gets to read.</summary>
public sealed class LogLines<T> : ILogger<T>
{
    private readonly ConcurrentQueue<(LogLevel Level, string Text)> lines = [];

    public IReadOnlyCollection<(LogLevel Level, string Text)> Lines => lines;

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => true;

    public void Log<TState>(
        LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
        lines.Enqueue((logLevel, formatter(state, exception)));
}
