using XenoCrm.ServiceDefaults;
using XenoCrm.VendorSimulator;
using XenoCrm.VendorSimulator.Faults;
using XenoCrm.VendorSimulator.Http;
using XenoCrm.VendorSimulator.Messages;

ProcessDefaults.Apply();

var builder = WebApplication.CreateBuilder(args);

builder.AddServiceDefaults();
builder.UseLocalPort(LocalEnvironment.VendorOffset);
builder.AddHttpConventions();
builder.AddVendor();

var app = builder.Build();

app.UseHttpConventions();

app.MapDefaultEndpoints();
app.MapGroup("/vendor").WithTags("Vendor").MapMessages().MapFaults();

app.RunService();
