using XenoCrm.Api.Access;
using XenoCrm.Api.Ai;
using XenoCrm.Api.Audit;
using XenoCrm.Api.Auth;
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
using XenoCrm.Api.People;
using XenoCrm.Api.Receipts;
using XenoCrm.Api.Segments;
using XenoCrm.Api.Segments.Sentences;
using XenoCrm.Api.Start;
using XenoCrm.Api.Webhooks;
using XenoCrm.Data;
using XenoCrm.ServiceDefaults;

ProcessDefaults.Apply();

var builder = WebApplication.CreateBuilder(args);

builder.AddServiceDefaults();
builder.UseLocalPort(offset: 0);
builder.AddData(LocalEnvironment.DataFolder(builder.Configuration));
builder.Services.AddHttpConventions();
builder.Services.AddLimits();
builder.Services.AddAccess();
builder.Services.AddAudit();
builder.Services.AddKeys();
builder.AddXenoAuth();
builder.AddWebhooks();
builder.Services.AddImports();
builder.AddLanguageModel();
builder.Services.AddSentences();
builder.AddCampaigns();
builder.Services.AddInsights();

var app = builder.Build();

app.UseHttpConventions();
app.UseDoorLimits();
app.UseAuthentication();
app.UseCallerLimits();
app.UseAuthorization();
app.UseRequestCheck();

app.MapDefaultEndpoints();
app.MapStartPage();
app.MapApiDescription();
app.MapAuth();
app.MapPeople();
app.MapKeys();
app.MapAudit();
app.MapCustomers();
app.MapOrders();
app.MapBulk();
app.MapImports();
app.MapSegments();
app.MapSentences();
app.MapLaunch();
app.MapCampaigns();
app.MapMessages();
app.MapInsights();
app.MapReceipts();

app.RunService();
