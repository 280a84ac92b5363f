using XenoCrm.Api.Access;
using XenoCrm.Api.Account;
using XenoCrm.Api.Ai;
using XenoCrm.Api.Audit;
using XenoCrm.Api.Auth;
using XenoCrm.Api.Backups;
using XenoCrm.Api.Campaigns;
using XenoCrm.Api.Campaigns.Messages;
using XenoCrm.Api.Customers;
using XenoCrm.Api.Http;
using XenoCrm.Api.Imports;
using XenoCrm.Api.Imports.Bulk;
using XenoCrm.Api.Insights;
using XenoCrm.Api.Keys;
using XenoCrm.Api.Limits;
using XenoCrm.Api.Orders;
using XenoCrm.Api.Overview;
using XenoCrm.Api.Pages;
using XenoCrm.Api.People;
using XenoCrm.Api.Receipts;
using XenoCrm.Api.Samples;
using XenoCrm.Api.Segments;
using XenoCrm.Api.Segments.Sentences;
using XenoCrm.Api.Suppressions;
using XenoCrm.Api.Webhooks;
using XenoCrm.Data;
using XenoCrm.ServiceDefaults;

ProcessDefaults.Apply();

var builder = WebApplication.CreateBuilder(args);

if (BackupCommand.IsAsked(args))
{
    return BackupCommand.Run(args, builder.Configuration);
}

builder.AddServiceDefaults();
builder.UseLocalPort(offset: 0);
builder.AddData(LocalEnvironment.DataFolder(builder.Configuration));
builder.Services.AddPages();
builder.Services.AddHttpConventions();
builder.Services.AddLimits();
builder.Services.AddAccess();
builder.Services.AddAudit();
builder.Services.AddAccount();
builder.Services.AddPeople();
builder.Services.AddKeys();
builder.Services.AddReceipts();
builder.AddXenoAuth();
builder.AddWebhooks();
builder.Services.AddCustomers();
builder.Services.AddOrders();
builder.Services.AddSuppressions();
builder.Services.AddImports();
builder.AddLanguageModel();
builder.Services.AddSegments();
builder.Services.AddSentences();
builder.AddCampaigns();
builder.Services.AddInsights();
builder.Services.AddSamples();
builder.Services.AddOverview();

var app = builder.Build();

app.UseHttpConventions(limitSigned: signed => signed.UseSignedLimit());
app.UseDoorLimits();
app.UseAuthentication();
app.UseCallerLimits();
app.UseAuthorization();
app.UseRequestCheck();

app.MapDefaultEndpoints();
app.MapApiDescription();
app.MapAuth();
app.MapPeople();
app.MapKeys();
app.MapAudit();
app.MapAccount();
app.MapCustomers();
app.MapOrders();
app.MapBulk();
app.MapSuppressions();
app.MapImports();
app.MapSegments();
app.MapSentences();
app.MapLaunch();
app.MapCampaigns();
app.MapMessages();
app.MapInsights();
app.MapReceipts();
app.MapPages();

app.RunService();
return 0;
