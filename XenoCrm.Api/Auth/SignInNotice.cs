using Microsoft.Extensions.Options;

namespace XenoCrm.Api.Auth;

/// <summary>Says at start if nobody can sign in, and which setting would change that.</summary>
internal sealed partial class SignInNotice(SignInWays ways, IOptions<AuthOptions> options, ILogger<SignInNotice> logger) : IHostedService
{
    public Task StartAsync(CancellationToken cancellationToken)
    {
        if (ways is { Google: false, Development: false })
        {
            Log.NoWay(logger);
        }
        else if (ways.Google && options.Value is { AllowedEmails.Length: 0, AllowedDomains.Length: 0 })
        {
            Log.NobodyAllowed(logger);
        }

        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    private static partial class Log
    {
        [LoggerMessage(
            Level = LogLevel.Warning,
            Message =
                "Nobody can sign in: Authentication:Google:ClientId and Authentication:Google:ClientSecret are not set. Programs come in "
                + "with their API keys.")]
        public static partial void NoWay(ILogger logger);

        [LoggerMessage(
            Level = LogLevel.Warning,
            Message =
                "Nobody can sign in: Auth:AllowedEmails and Auth:AllowedDomains are empty. Name who may, for instance with "
                + "Auth__AllowedEmails__0=you@example.com")]
        public static partial void NobodyAllowed(ILogger logger);
    }
}
