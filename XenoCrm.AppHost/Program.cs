using Projects;
using XenoCrm.AppHost;
using XenoCrm.AppHost.Cockpit;
using XenoCrm.AppHost.Publishing;
using XenoCrm.AppHost.Running;
using XenoCrm.ServiceDefaults;

try
{
    var builder = DistributedApplication.CreateBuilder(AppHostOptions.Read(args));
    builder.AddPublishing();
    builder.AddRunning();

    // Containers that keep their data; on a machine without, the embedded store, and its own redis-server if it has one.
    var containers = builder.UsesContainers();
    var store = containers ? builder.AddMongoDB("mongo").KeepingItsData().AddDatabase("xenocrm") : null;
    IResourceBuilder<IResourceWithConnectionString>? stream = containers
        ? builder.AddRedis("redis").KeepingItsData().WithEveryWriteOnDisk()
        : builder.AddRedisServer("redis");

    // Signs what we send to the vendor and what it calls back; made once and kept in the user's secrets.
    var secret = builder.AddParameter(
        "webhook-secret", new GenerateParameterDefault { MinLength = 40, Special = false }, secret: true, persist: true)
        .WithDescription("Signs the calls between XenoCrm and the vendor, both ways.");

    var vendor = builder.AddService<XenoCrm_VendorSimulator>("vendor", LocalEnvironment.VendorOffset)
        .WithEnvironment("Webhooks__Secrets__0", secret)
        .WithDataFolder()
        .WithVendorCockpit(secret);

    var api = builder.AddService<XenoCrm_Api>("api", offset: 0)
        .WithExternalHttpEndpoints()
        .ConnectedTo(store)
        .ConnectedTo(stream)
        .WithEnvironment("Webhooks__Secrets__0", secret)
        .WithEnvironment("Vendor__BaseAddress", vendor.GetEndpoint("http"))
        .WithOptionalSettings()
        .WithDataFolder()
        .WaitFor(vendor)
        .WithApiCockpit();
    api.WithEnvironment("Vendor__CallbackUrl", ReferenceExpression.Create($"{api.GetEndpoint("http")}/vendor/receipt"));

    AddWorker("worker", LocalEnvironment.WorkerOffset, replicas: 2)
        .WithWorkerCockpit(another => AddWorker(another, offset: null, replicas: 1));

    await builder.Build().RunAsync();
    return 0;

    IResourceBuilder<ProjectResource> AddWorker(
        string name, int? offset, int replicas) => builder.AddService<XenoCrm_ReceiptWorker>(name, offset, replicas)
        .ConnectedTo(store)
        .ConnectedTo(stream);
}
catch (StartFailure failure)
{
    await Console.Error.WriteLineAsync(failure.Message);
    return 1;
}
