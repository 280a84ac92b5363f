using BenchmarkDotNet.Columns;
using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Diagnosers;
using BenchmarkDotNet.Exporters;
using BenchmarkDotNet.Jobs;
using BenchmarkDotNet.Loggers;
using BenchmarkDotNet.Running;
using BenchmarkDotNet.Toolchains.InProcess.Emit;

namespace XenoCrm.Benchmarks.Micro;

/// <summary>The hot pieces one by one, in this process: built as they are, with no project that is generated.</summary>
internal static class MicroBenchmarks
{
    public static int Run(string filter, bool quick)
    {
        var job = (quick ? Job.Dry : Job.Default).WithToolchain(InProcessEmitToolchain.Instance);
        var config = ManualConfig.CreateEmpty()
            .AddJob(job)
            .AddColumnProvider(DefaultColumnProviders.Instance)
            .AddDiagnoser(MemoryDiagnoser.Default)
            .AddLogger(new StreamLogger(new StreamWriter(Console.OpenStandardError()) { AutoFlush = true }))
            .WithArtifactsPath(Path.Combine(Path.GetTempPath(), "xenocrm-micro"));
        var summaries = BenchmarkSwitcher.FromTypes([typeof(HotPieces)]).Run(["--filter", filter], config).ToList();
        summaries.ForEach(summary => MarkdownExporter.Console.ExportToLog(summary, ConsoleLogger.Default));
        return summaries.Count > 0 && summaries.All(summary => summary.Reports.All(report => report.Success)) ? 0 : 1;
    }
}
