using XenoCrm.Api.Campaigns.Messages;
using XenoCrm.Api.Language.Model;
using XenoCrm.Api.Segments;

namespace XenoCrm.Api.Language;

internal static class LanguageServices
{
    public static WebApplicationBuilder AddLanguage(this WebApplicationBuilder builder)
    {
        builder.Services.AddOptions<OpenAIOptions>().BindConfiguration(OpenAIOptions.Section).ValidateDataAnnotations().ValidateOnStart();
        builder.Services.AddLanguageModel();
        builder.Services.AddSingleton<AccountWords>();
        builder.Services.AddSingleton<SentenceConverter>();
        builder.Services.AddSingleton<ValueCheck>();
        builder.Services.AddSingleton<MessageWriter>();
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
