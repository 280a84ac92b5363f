namespace XenoCrm.Api.Ai;

internal static class LanguageModelServices
{
    public static WebApplicationBuilder AddLanguageModel(this WebApplicationBuilder builder)
    {
        builder.Services.AddOptions<OpenAIOptions>().BindConfiguration(OpenAIOptions.Section).ValidateDataAnnotations().ValidateOnStart();
        builder.Services.AddLanguageModel();
        return builder;
    }

    /// <summary>The model alone, for whatever wants to ask it; its options are the caller's.</summary>
    public static IServiceCollection AddLanguageModel(this IServiceCollection services)
    {
        services.AddSingleton<LanguageTelemetry>();
        services.AddSingleton<ModelConnection>();
        services.AddSingleton<ModelPipeline>();
        services.AddSingleton<ModelCache>();
        services.AddSingleton<ModelLimit>();
        return services.AddSingleton<LanguageModel>();
    }
}
