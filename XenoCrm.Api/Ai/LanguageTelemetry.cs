using System.Diagnostics;
using System.Diagnostics.Metrics;
using Microsoft.Extensions.Options;

namespace XenoCrm.Api.Ai;

/// <summary>What the model is used for, how it answers and what it costs. Neither a question nor an answer is anywhere in it.</summary>
internal sealed class LanguageTelemetry : IDisposable
{
    public const string Name = "XenoCrm.Language";

    private readonly ActivitySource source = new(Name);
    private readonly Meter meter;
    private readonly OpenAIOptions options;
    private readonly Counter<long> questions;
    private readonly Counter<long> unusable;
    private readonly Counter<long> tokens;
    private readonly Counter<double> cost;
    private readonly Histogram<double> duration;

    public LanguageTelemetry(IMeterFactory meters, IOptions<OpenAIOptions> options)
    {
        this.options = options.Value;
        meter = meters.Create(Name);
        questions = meter.CreateCounter<long>(
            "xenocrm.language.questions",
            "{question}",
            "Questions to the model by purpose and by what came of them: answered, cached, unusable, or why there was no answer.");
        unusable = meter.CreateCounter<long>(
            "xenocrm.language.unusable_answers",
            "{answer}",
            "Answers that could not be used; the first to a question is asked for again.");
        tokens = meter.CreateCounter<long>("xenocrm.language.tokens", "{token}", "Tokens by direction: input, output.");
        cost = meter.CreateCounter<double>("xenocrm.language.cost", "USD", "What the tokens cost, at the prices in the settings.");
        duration = meter.CreateHistogram<double>(
            "xenocrm.language.duration", "s", "How long a question took, retries and repair included.");
    }

    /// <summary>One activity a question.</summary>
    public Activity? Start(string purpose)
    {
        var activity = source.StartActivity("language question", ActivityKind.Client);
        activity?.SetTag("xenocrm.language.purpose", purpose);
        activity?.SetTag("gen_ai.operation.name", "chat");
        activity?.SetTag("gen_ai.request.model", options.Model);
        return activity;
    }

    public void Done(string purpose, string outcome, TimeSpan? took)
    {
        questions.Add(1, Tag("purpose", purpose), Tag("outcome", outcome));
        if (took is { } time)
        {
            duration.Record(time.TotalSeconds, Tag("purpose", purpose));
        }

        if (Activity.Current is { } activity && activity.Source.Name == Name)
        {
            activity.SetTag("xenocrm.language.outcome", outcome);
            activity.SetStatus(outcome == "answered" ? ActivityStatusCode.Ok : ActivityStatusCode.Error);
        }
    }

    public void Unusable(string purpose) => unusable.Add(1, Tag("purpose", purpose));

    public void Spent(int input, int output)
    {
        tokens.Add(input, Tag("direction", "input"));
        tokens.Add(output, Tag("direction", "output"));
        if (options is { InputPrice: { } inputPrice, OutputPrice: { } outputPrice })
        {
            cost.Add(((input * inputPrice) + (output * outputPrice)) / 1_000_000);
        }

        Activity.Current?.SetTag("gen_ai.usage.input_tokens", input);
        Activity.Current?.SetTag("gen_ai.usage.output_tokens", output);
    }

    public void Dispose() => source.Dispose();

    private static KeyValuePair<string, object?> Tag(string name, string value) => new(name, value);
}
