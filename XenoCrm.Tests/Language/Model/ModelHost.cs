using System.Diagnostics.Metrics;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;
using XenoCrm.Api.Ai;

namespace XenoCrm.Tests.Language.Model;

/// <summary>The model's client as the API has it, against a fake server, with a clock that a test moves.</summary>
internal sealed class ModelHost : IAsyncDisposable
{
    private readonly ServiceProvider services;

    public ModelHost(Action<OpenAIOptions>? configure = null)
    {
        var collection = new ServiceCollection();
        collection.AddLogging().AddMetrics().AddSingleton<TimeProvider>(Clock).AddLanguageModel();
        collection.AddSingleton(new Random(1));
        collection.AddSingleton(Options.Create(Configured(configure)));
        services = collection.BuildServiceProvider();
        Model = services.GetRequiredService<LanguageModel>();
    }

    public static DateTimeOffset Now { get; } = new(2022, 7, 1, 0, 0, 0, TimeSpan.Zero);

    public FakeModel Server { get; } = new();

    public FakeTimeProvider Clock { get; } = new(Now);

    public LanguageModel Model { get; }

    /// <summary>Moves the clock until the task is done; how far it had to, to the step.</summary>
    public async Task<TimeSpan> AdvanceUntilDoneAsync(Task task, TimeSpan step)
    {
        var start = Clock.GetTimestamp();
        await Support.Poll.UntilAsync(
            () =>
            {
                if (!task.IsCompleted)
                {
                    Clock.Advance(step);
                }

                return task.IsCompleted;
            },
            "the model's client to be done");
        return Clock.GetElapsedTime(start);
    }

    /// <summary>Adds up a counter of the meter while it is listened to.</summary>
    public static MeterListener Count(string counter, Action<double, string> add)
    {
        var listener = new MeterListener
        {
            InstrumentPublished = (instrument, self) =>
            {
                if (instrument.Meter.Name == LanguageTelemetry.Name && instrument.Name == counter)
                {
                    self.EnableMeasurementEvents(instrument);
                }
            },
        };
        listener.SetMeasurementEventCallback<long>((_, value, tags, _) => add(value, Describe(tags)));
        listener.SetMeasurementEventCallback<double>((_, value, tags, _) => add(value, Describe(tags)));
        listener.Start();
        return listener;
    }

    public async ValueTask DisposeAsync()
    {
        await services.DisposeAsync();
        await Server.DisposeAsync();
    }

    private OpenAIOptions Configured(Action<OpenAIOptions>? configure)
    {
        var options = new OpenAIOptions { Endpoint = Server.Endpoint, ApiKey = "sk-test", Model = "fake-model" };
        configure?.Invoke(options);
        return options;
    }

    private static string Describe(ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        var text = new List<string>();
        foreach (var (_, value) in tags)
        {
            text.Add($"{value}");
        }

        return string.Join(' ', text);
    }
}
