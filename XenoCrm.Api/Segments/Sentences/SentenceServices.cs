namespace XenoCrm.Api.Segments.Sentences;

internal static class SentenceServices
{
    public static IServiceCollection AddSentences(this IServiceCollection services)
    {
        services.AddSingleton<AccountWords>();
        services.AddSingleton<SentenceConverter>();
        services.AddSingleton<SentenceService>();
        return services.AddSingleton<ValueCheck>();
    }
}
