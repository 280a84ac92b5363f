using XenoCrm.Api.Audit;
using XenoCrm.Api.Auth;
using XenoCrm.Api.Campaigns;
using XenoCrm.Api.Customers;
using XenoCrm.Api.Http;
using XenoCrm.Api.Imports;
using XenoCrm.Api.Imports.Bulk;
using XenoCrm.Api.Keys;
using XenoCrm.Api.Language;
using XenoCrm.Api.Orders;
using XenoCrm.Api.People;
using XenoCrm.Api.Receipts;
using XenoCrm.Api.Segments;
using XenoCrm.Api.Webhooks;
using XenoCrm.Data;
using XenoCrm.ServiceDefaults;

var builder = WebApplication.CreateBuilder(args);

builder.AddServiceDefaults();
builder.UseLocalPort(offset: 0);
builder.Services.AddData(builder.Configuration, LocalEnvironment.DataFolder(builder.Configuration));
builder.Services.AddHttpConventions();
builder.AddXenoAuth();
builder.AddWebhooks();
builder.Services.AddImports();
builder.AddCampaigns();
builder.AddLanguage();

var app = builder.Build();

app.UseHttpConventions();
app.UseAuthentication();
app.UseAuthorization();

app.MapDefaultEndpoints();
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
app.MapReceipts();

app.Run();
