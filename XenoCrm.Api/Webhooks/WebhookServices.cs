using XenoCrm.ServiceDefaults;

namespace XenoCrm.Api.Webhooks;

internal static class WebhookServices
{
    /// <exception cref="InvalidOperationException">No secret is configured outside Development, or one is too short.</exception>
    public static WebApplicationBuilder AddWebhooks(this WebApplicationBuilder builder)
    {
        // Read at once, so that a missing secret ends the start and not the first call.
        var secrets = LocalEnvironment.WebhookSecrets(builder.Configuration, builder.Environment);
        builder.Services.AddSingleton(provider => new WebhookSignature(secrets, provider.GetRequiredService<TimeProvider>()));
        return builder;
    }
}
