using Microsoft.Extensions.DependencyInjection;

namespace XenoCrm.AppHost.Cockpit;

/// <summary>The workers on the dashboard: two share the receipts, and two more stand by.</summary>
internal static class WorkerCockpit
{
    private static readonly string[] Spares = ["worker-3", "worker-4"];

    /// <param name="worker">The two.</param>
    /// <param name="add">Another one under a name of its own.</param>
    public static IResourceBuilder<ProjectResource> WithWorkerCockpit(
        this IResourceBuilder<ProjectResource> worker, Func<string, IResourceBuilder<ProjectResource>> add)
    {
        if (!worker.ApplicationBuilder.ExecutionContext.IsRunMode)
        {
            return worker;
        }

        var spares = Spares
            .Select(name => add(name).OnTheDashboard().WithExplicitStart().Resource)
            .ToList();
        return worker.OnTheDashboard().WithCockpitCommand(
            "add-worker",
            "Add a worker",
            context => AddAsync(spares, worker.Resource.GetReplicaCount(), context),
            new CommandOptions
            {
                Description =
                    "Starts one more, up to four: a stream's receipts are shared by all that run. Its own stop button takes it away.",
                IconName = "AddSquareMultiple",
                Progress = new CommandProgressOptions { Title = "Workers", Message = "Another worker starts." },
            });
    }

    private static IResourceBuilder<ProjectResource> OnTheDashboard(this IResourceBuilder<ProjectResource> worker) => worker
        .WithIconName("ReceiptPlay")
        .WithUrlForEndpoint(
            "http", url => (url.DisplayText, url.Url, url.DisplayLocation) = ("Health", "/health", UrlDisplayLocation.DetailsOnly))
        .WithHealthInWords();

    private static async Task<string> AddAsync(List<ProjectResource> spares, int workers, ExecuteCommandContext context)
    {
        var states = context.Services.GetRequiredService<ResourceNotificationService>();
        var next = spares.Find(spare => !IsUp(spare)) ?? throw new CommandFailure($"All {workers + spares.Count} workers run already.");
        var started = await context.Services.GetRequiredService<ResourceCommandService>()
            .ExecuteCommandAsync(next, KnownResourceCommands.StartCommand, context.CancellationToken);
        if (!started.Success)
        {
            throw new CommandFailure($"{next.Name} was not started: {started.Message}");
        }

        await states.WaitForResourceHealthyAsync(next.Name, WaitBehavior.StopOnResourceUnavailable, context.CancellationToken);
        return $"{next.Name} runs: {workers + spares.Count(IsUp)} workers share the receipts.";

        // Waiting and Starting are on their way up.
        bool IsUp(ProjectResource spare) => states.TryGetCurrentState(spare.Name, out var now)
            && now.Snapshot.State?.Text is { } state
            && state != KnownResourceStates.NotStarted
            && !KnownResourceStates.TerminalStates.Contains(state);
    }
}
