using XenoCrm.Api.Auth.Google;

namespace XenoCrm.Api.Auth;

/// <summary>How people can sign in here.</summary>
/// <param name="Google">Its client is configured.</param>
/// <param name="Development">Under any address; only in Development, and only while Google is not configured.</param>
public sealed record SignInWays(bool Google, bool Development)
{
    public const string ViaGoogle = "google";
    public const string ViaDevelopment = "dev";

    internal static SignInWays Of(GoogleSettings google, IHostEnvironment environment) =>
        new(google.IsConfigured, environment.IsDevelopment() && !google.IsConfigured);
}
