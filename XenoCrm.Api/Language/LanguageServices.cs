using XenoCrm.Api.Segments;

namespace XenoCrm.Api.Language;

internal static class LanguageServices
{
    public static WebApplicationBuilder AddLanguage(this WebApplicationBuilder builder)
    {
        builder.Services.AddSingleton<AccountWords>();
        builder.Services.AddSingleton<SentenceConverter>();
        return builder;
    }
}
