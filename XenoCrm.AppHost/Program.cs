using XenoCrm.AppHost.Local;

return await LocalRunner.RunAsync(args, TimeProvider.System);
