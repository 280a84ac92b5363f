namespace XenoCrm.Api.Keys;

internal static class KeyServices
{
    public static IServiceCollection AddKeys(this IServiceCollection services)
    {
        services.AddOptions<ApiKeyOptions>().BindConfiguration(ApiKeyOptions.Section).ValidateDataAnnotations().ValidateOnStart();
        services.AddSingleton<KeyRing>();
        services.AddSingleton<KeyService>();
        services.AddSingleton<KeyUses>();
        return services.AddHostedService(provider => provider.GetRequiredService<KeyUses>());
    }
}
