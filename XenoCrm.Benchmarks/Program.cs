using XenoCrm.Benchmarks.Commands;

return await HarnessCommand.Create().Parse(args).InvokeAsync();
