using Microsoft.Extensions.Logging;

namespace XenoCrm.ServiceDefaults;

/// <summary>
/// Log scopes, but the host's own of a request: it holds the request's path, which may name a person. What else it says is
/// in the trace that each log line belongs to.
/// </summary>
internal sealed class PrivateScopes : IExternalScopeProvider
{
    private readonly LoggerExternalScopeProvider scopes = new();

    public IDisposable Push(object? state) => NamesAPath(state) ? Nothing.Instance : scopes.Push(state);

    public void ForEachScope<TState>(Action<object?, TState> callback, TState state) => scopes.ForEachScope(callback, state);

    private static bool NamesAPath(object? state) =>
        state is IReadOnlyList<KeyValuePair<string, object?>> members && members.Any(member => member.Key == "RequestPath");

    private sealed class Nothing : IDisposable
    {
        public static readonly Nothing Instance = new();

        public void Dispose()
        {
        }
    }
}
