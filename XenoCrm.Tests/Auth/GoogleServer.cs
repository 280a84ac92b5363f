using System.Collections.Concurrent;
using System.Net;
using XenoCrm.Api.Auth.Google;
using XenoCrm.Tests.Support;

namespace XenoCrm.Tests.Auth;

/// <summary>An API that people sign in to with a simulated Google, in Production unless a test says otherwise.</summary>
internal sealed class GoogleServer : IAsyncDisposable
{
    private readonly Lines lines = new();

    public GoogleServer(params (string Key, string? Value)[] settings)
        : this("Production", settings)
    {
    }

    public GoogleServer(string environment, params (string Key, string? Value)[] settings)
    {
        var all = Google.Settings;
        all["Webhooks:Secrets:0"] = "a-secret-of-more-than-24-characters";
        all["Logging:LogLevel:Default"] = "Trace";
        all["Logging:LogLevel:Microsoft.AspNetCore"] = "Trace";
        foreach (var (key, value) in settings)
        {
            all[key] = value;
        }

        Api = new ApiServer(all, host =>
        {
            host.UseEnvironment(environment);
            host.ConfigureServices(services => services
                .AddHttpClient(GoogleSignIn.Backchannel).ConfigurePrimaryHttpMessageHandler(SimulatedGoogle.Handler));
            host.ConfigureLogging(logging => logging.ClearProviders().AddProvider(lines));
        });
    }

    public SimulatedGoogle Google { get; } = new();

    public ApiServer Api { get; }

    /// <summary>All that was logged, on every level.</summary>
    public IReadOnlyCollection<(string Category, LogLevel Level, string Text)> Log => lines.All;

    public Browser Browser() => new(Api);

    /// <summary>The problem's detail, once it is one of that status, logged under that word, and nobody is signed in.</summary>
    public async Task<string> RefusedAsync(Browser by, HttpResponseMessage answer, HttpStatusCode status, string reason)
    {
        var detail = (await answer.ProblemAsync(status)).Text("detail")!;
        Assert.Contains(Log, line => line.Text == $"A sign-in with Google was refused with {(int)status}: {reason}");
        Assert.DoesNotContain(by.LastCookies, cookie => cookie.Contains("xenocrm=", StringComparison.Ordinal));
        Assert.Equal(HttpStatusCode.Unauthorized, (await by.GetAsync("/auth/me")).StatusCode);
        return detail;
    }

    public async ValueTask DisposeAsync()
    {
        Api.Dispose();
        await Google.DisposeAsync();
    }

    private sealed class Lines : ILoggerProvider
    {
        public ConcurrentQueue<(string Category, LogLevel Level, string Text)> All { get; } = new();

        public ILogger CreateLogger(string categoryName) => new Logger(categoryName, All);

        public void Dispose()
        {
        }
    }

    private sealed class Logger(string category, ConcurrentQueue<(string Category, LogLevel Level, string Text)> lines) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(
            LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            lines.Enqueue((category, logLevel, formatter(state, exception) + exception));
    }
}
