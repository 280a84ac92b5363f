using XenoCrm.AppHost;
using XenoCrm.AppHost.Local;
#if ASPIRE
using XenoCrm.AppHost.Distributed;
#endif

try
{
#if ASPIRE
    if (!args.Contains(LocalRunner.Argument))
    {
        await DistributedApp.RunAsync(args);
        return 0;
    }
#endif
    return await LocalRunner.RunAsync(args, TimeProvider.System);
}
catch (StartFailure failure)
{
    await Console.Error.WriteLineAsync(failure.Message);
    return 1;
}
