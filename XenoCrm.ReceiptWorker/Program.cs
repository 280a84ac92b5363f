using XenoCrm.Data;
using XenoCrm.ReceiptWorker.Receipts;
using XenoCrm.ServiceDefaults;

ProcessDefaults.Apply();

var builder = WebApplication.CreateBuilder(args);

builder.AddServiceDefaults();
builder.UseLocalPort(LocalEnvironment.WorkerOffset);
builder.AddData(LocalEnvironment.DataFolder(builder.Configuration));
builder.Services.AddReceiptWorker();

var app = builder.Build();

app.MapDefaultEndpoints();

app.RunService();
