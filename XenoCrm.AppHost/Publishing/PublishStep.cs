#pragma warning disable ASPIREPIPELINES001, ASPIREPIPELINES004 // Pipelines are new in Aspire and may still change their names.
using Aspire.Hosting.Pipelines;
using Microsoft.Extensions.DependencyInjection;

namespace XenoCrm.AppHost.Publishing;

internal static class PublishStep
{
    /// <summary>Does something with the files once Aspire has written them.</summary>
    public static void Finish(this IDistributedApplicationBuilder builder, string target, Action<string> finish) =>
        builder.Pipeline.AddStep(
            $"finish-{target}",
            context =>
            {
                finish(context.Services.GetRequiredService<IPipelineOutputService>().GetOutputDirectory());
                return Task.CompletedTask;
            },
            dependsOn: $"publish-{target}",
            requiredBy: WellKnownPipelineSteps.Publish);
}
