using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Security.Claims;
using System.Threading.RateLimiting;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.RateLimiting;
using Microsoft.Extensions.Options;
using XenoCrm.Api.Http;
using XenoCrm.Api.Keys;

namespace XenoCrm.Api.Limits;

/// <summary>
/// Receipts have a queue of their own. For everybody else there are two limiters in a row: the door's stands before anybody is known and
/// counts sign-in by network address; the callers' counts by person, by API key, and by address for those who are neither. What one of
/// them refuses costs the others nothing. Health probes are not counted: their routes say so.
/// </summary>
internal static class RateLimits
{
    private static readonly TimeSpan Period = TimeSpan.FromSeconds(1);

    // What refuses by number at a time cannot tell when there is room.
    private static readonly TimeSpan WhenUnknown = TimeSpan.FromSeconds(1);

    public static IServiceCollection AddLimits(this IServiceCollection services)
    {
        services.AddOptions<LimitOptions>().BindConfiguration(LimitOptions.Section).ValidateDataAnnotations().ValidateOnStart();
        return services.AddRateLimiter(_ => { });
    }

    /// <summary>So many signed requests at once as are configured; so many more wait, and the rest is refused.</summary>
    public static IApplicationBuilder UseSignedLimit(this IApplicationBuilder app) => app.UseLimiter(Signed);

    /// <summary>Before authentication, which a flood must not reach.</summary>
    public static IApplicationBuilder UseDoorLimits(this IApplicationBuilder app) => app.UseLimiter(Door);

    /// <summary>After authentication.</summary>
    public static IApplicationBuilder UseCallerLimits(this IApplicationBuilder app) => app.UseLimiter(Caller);

    private static RateLimitPartition<string> Signed(HttpContext http, LimitOptions limits) => RateLimitPartition.GetConcurrencyLimiter(
        "receipts",
        _ => new ConcurrencyLimiterOptions
        {
            PermitLimit = limits.Receipts,
            QueueLimit = limits.ReceiptQueue,
            QueueProcessingOrder = QueueProcessingOrder.OldestFirst,
        });

    private static RateLimitPartition<string> Door(HttpContext http, LimitOptions limits) => IsSignIn(http)
        ? Bucket("sign-in " + Address(http), limits.SignInRate, limits.SignInBurst)
        : RateLimitPartition.GetNoLimiter("others");

    private static RateLimitPartition<string> Caller(HttpContext http, LimitOptions limits)
    {
        if (http.User.Identity is { IsAuthenticated: true } caller)
        {
            return caller.AuthenticationType == ApiKeyHandler.SchemeName
                ? Bucket("key " + caller.Name, limits.KeyRate, limits.KeyBurst)
                : Bucket("user " + (http.User.FindFirstValue(ClaimTypes.Email) ?? caller.Name), limits.UserRate, limits.UserBurst);
        }

        // What was counted at the door is not counted again.
        return IsSignIn(http)
            ? RateLimitPartition.GetNoLimiter("others")
            : Bucket("address " + Address(http), limits.AddressRate, limits.AddressBurst);
    }

    /// <summary>Whatever under <c>/auth</c> does not ask for a sign-in: it is one, or a step of one.</summary>
    private static bool IsSignIn(HttpContext http) =>
        http.Request.Path.StartsWithSegments("/auth", StringComparison.OrdinalIgnoreCase)
        && (http.GetEndpoint() is not { } endpoint || endpoint.Metadata.GetMetadata<IAllowAnonymous>() is not null);

    private static RateLimitPartition<string> Bucket(string key, int rate, int burst) => RateLimitPartition.GetTokenBucketLimiter(
        key, _ => new TokenBucketRateLimiterOptions
        {
            TokenLimit = burst,
            TokensPerPeriod = rate,
            ReplenishmentPeriod = Period,
            QueueLimit = 0,
        });

    /// <summary>IPv4 as it is. Of IPv6 the first 64 bits: the rest is one household's to choose from.</summary>
    internal static string Address(IPAddress? address)
    {
        if (address is null)
        {
            return "";
        }

        if (address.IsIPv4MappedToIPv6)
        {
            address = address.MapToIPv4();
        }

        return address.AddressFamily == AddressFamily.InterNetworkV6
            ? Convert.ToHexStringLower(address.GetAddressBytes().AsSpan(0, 8))
            : address.ToString();
    }

    private static string Address(HttpContext http) => Address(http.Connection.RemoteIpAddress);

    private static IApplicationBuilder UseLimiter(
        this IApplicationBuilder app, Func<HttpContext, LimitOptions, RateLimitPartition<string>> partition)
    {
        var limits = app.ApplicationServices.GetRequiredService<IOptions<LimitOptions>>().Value;
        app.UseRateLimiter(new RateLimiterOptions
        {
            GlobalLimiter = PartitionedRateLimiter.Create<HttpContext, string>(http => partition(http, limits)),
            OnRejected = RejectAsync,
        });
        return app;
    }

    private static async ValueTask RejectAsync(OnRejectedContext rejected, CancellationToken cancellationToken)
    {
        var after = rejected.Lease.TryGetMetadata(MetadataName.RetryAfter, out var known) && known > WhenUnknown ? known : WhenUnknown;
        var seconds = Math.Ceiling(after.TotalSeconds).ToString(CultureInfo.InvariantCulture);
        rejected.HttpContext.Response.Headers.RetryAfter = seconds;
        await TypedResults.Problem(
            $"Too many requests at once. Nothing of this one was done; send it again after {seconds} s.",
            statusCode: StatusCodes.Status429TooManyRequests)
            .ExecuteAsync(rejected.HttpContext);
    }
}
