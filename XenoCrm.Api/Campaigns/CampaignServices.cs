using Microsoft.Extensions.Options;
using XenoCrm.Api.Campaigns.Drafts;
using XenoCrm.Api.Campaigns.Messages;
using XenoCrm.Api.Campaigns.Themes;
using XenoCrm.Api.Vendor;
using XenoCrm.Core.Account;
using XenoCrm.ServiceDefaults;

namespace XenoCrm.Api.Campaigns;

internal static class CampaignServices
{
    public static WebApplicationBuilder AddCampaigns(this WebApplicationBuilder builder)
    {
        builder.AddVendor();
        builder.Services.AddOptions<CampaignOptions>()
            .BindConfiguration(CampaignOptions.Section)
            .ValidateDataAnnotations()
            .ValidateOnStart();
        builder.Services.AddSingleton<IValidateOptions<VendorsOptions>, LeaseCheck>();
        if (builder.Environment.IsDevelopment())
        {
            builder.Services.PostConfigure<AccountOptions>(
                account => account.PublicUrl ??= LocalEnvironment.Address(builder.Configuration));
        }

        builder.Services.AddSingleton<CampaignTelemetry>();
        builder.Services.AddSingleton<CampaignNames>();
        builder.Services.AddSingleton<CampaignLauncher>();
        builder.Services.AddSingleton<CampaignService>();
        builder.Services.AddSingleton<CampaignAudience>();
        builder.Services.AddSingleton<CampaignSeries>();
        builder.Services.AddSingleton<CampaignRehearsal>();
        builder.Services.AddSingleton<CampaignOverlap>();
        builder.Services.AddSingleton<RecentMessages>();
        builder.Services.AddSingleton<CampaignCalendar>();
        builder.Services.AddSingleton<DraftReader>();
        builder.Services.AddSingleton<DraftService>();
        builder.Services.AddSingleton<StartSignal>();
        builder.Services.AddHostedService<CampaignStarter>();
        builder.Services.AddSingleton<CampaignWatch>();
        builder.Services.AddSingleton<SenderSignal>();
        builder.Services.AddSingleton<MessageFates>();
        builder.Services.AddSingleton<BatchSender>();
        builder.Services.AddHostedService<CampaignSender>();
        builder.Services.AddSingleton<UnsubscribeLinks>();
        builder.Services.AddSingleton<MessageWriter>();
        builder.Services.AddSingleton<MessageService>();
        builder.Services.AddSingleton<ThemeTagger>();
        builder.Services.AddHostedService(services => services.GetRequiredService<ThemeTagger>());
        return builder;
    }
}
