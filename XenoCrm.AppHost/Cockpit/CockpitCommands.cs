using System.Globalization;

namespace XenoCrm.AppHost.Cockpit;

/// <summary>A command of the dashboard: offered while its service runs, and answered in a sentence whatever happens.</summary>
internal static class CockpitCommands
{
    /// <param name="service">Whose command it is.</param>
    /// <param name="name">For <c>aspire resource api NAME</c>.</param>
    /// <param name="text">For the dashboard.</param>
    /// <param name="run">Does it and says what came of it.</param>
    /// <param name="options">All but when it is offered.</param>
    public static IResourceBuilder<ProjectResource> WithCockpitCommand(
        this IResourceBuilder<ProjectResource> service,
        string name,
        string text,
        Func<ExecuteCommandContext, Task<string>> run,
        CommandOptions options)
    {
        options.UpdateState = context =>
            context.ResourceSnapshot.State?.Text == KnownResourceStates.Running
                ? ResourceCommandState.Enabled
                : ResourceCommandState.Disabled;
        return service.WithCommand(name, text, context => AnswerAsync(service.Resource.Name, context, run), options);
    }

    /// <summary>A number of the form, which sees to it that it is one.</summary>
    /// <exception cref="CommandFailure">It is out of bounds.</exception>
    public static int Number(this ExecuteCommandContext context, string name, int from, int to)
    {
        var input = context.Arguments[name];
        return int.TryParse(input.Value, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number >= from && number <= to
            ? number
            : throw new CommandFailure(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"{input.Label} is '{input.Value}'; it must be a whole number from {from:N0} to {to:N0}."));
    }

    /// <summary>A text of the form, or one of its choices; the form sees to it that it is not empty.</summary>
    public static string Text(this ExecuteCommandContext context, string name) => context.Arguments[name].Value!;

    /// <summary>1,000 customers; 1 customer.</summary>
    public static string Count(long number, string singular, string? plural = null) =>
        string.Create(CultureInfo.InvariantCulture, $"{number:N0} {(number == 1 ? singular : plural ?? singular + "s")}");

    private static async Task<ExecuteCommandResult> AnswerAsync(
        string service, ExecuteCommandContext context, Func<ExecuteCommandContext, Task<string>> run)
    {
        try
        {
            return CommandResults.Success(await run(context));
        }
        catch (CommandFailure failure)
        {
            return CommandResults.Failure(failure.Message);
        }
        catch (HttpRequestException failure)
        {
            return CommandResults.Failure($"The {service} does not answer ({failure.Message}): is it running?");
        }
        catch (OperationCanceledException) when (!context.CancellationToken.IsCancellationRequested)
        {
            return CommandResults.Failure($"The {service} did not answer in time; what it was asked for may still happen.");
        }
    }
}

/// <summary>Why a command did nothing, in a sentence.</summary>
internal sealed class CommandFailure(string sentence) : Exception(sentence);
