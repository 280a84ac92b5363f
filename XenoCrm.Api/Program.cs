using XenoCrm.Api.Auth;
using XenoCrm.Api.Http;
using XenoCrm.Api.Webhooks;
using XenoCrm.Api.Segments;
using XenoCrm.Data;
using XenoCrm.ServiceDefaults;

var builder = WebApplication.CreateBuilder(args);

builder.AddServiceDefaults();
builder.UseLocalPort(offset: 0);
builder.Services.AddData(builder.Configuration, LocalEnvironment.DataFolder(builder.Configuration));
builder.Services.AddHttpConventions();
builder.AddXenoAuth();
builder.AddWebhooks();

var app = builder.Build();

app.UseHttpConventions();
app.UseAuthentication();
app.UseAuthorization();

app.MapDefaultEndpoints();
app.MapApiDescription();
app.MapAuth();
app.MapSegments();

app.Run();
