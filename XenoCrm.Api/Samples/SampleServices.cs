namespace XenoCrm.Api.Samples;

internal static class SampleServices
{
    public static IServiceCollection AddSamples(this IServiceCollection services)
    {
        services.AddSingleton<SampleShopStock>();
        services.AddSingleton<SampleShopSignal>();
        services.AddSingleton<SampleShopService>();
        return services.AddHostedService(provider => provider.GetRequiredService<SampleShopService>());
    }
}
