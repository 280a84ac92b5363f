using System.Text.Json;
using Microsoft.Extensions.Options;
using OpenAI.Chat;

namespace XenoCrm.Api.Ai;

/// <summary>
/// The language model, for whatever it is used for: asks a question, has an answer that cannot be used repaired once, and
/// keeps good answers. It is never the only way to get something done: whoever asks has an answer of its own for when there is none.
/// </summary>
internal sealed partial class LanguageModel(
    IOptions<OpenAIOptions> options,
    ModelConnection connection,
    ModelPipeline pipeline,
    ModelCache cache,
    ModelLimit limit,
    LanguageTelemetry telemetry,
    TimeProvider time,
    ILogger<LanguageModel> logger)
{
    private static readonly JsonDocumentOptions Reading = new() { MaxDepth = 64 };

    /// <summary>Whether there is a model at all.</summary>
    public bool IsConfigured => options.Value.IsConfigured;

    /// <param name="question">What to ask.</param>
    /// <param name="user">Who causes the question, and has only so many a minute.</param>
    /// <param name="cancellationToken">The caller's.</param>
    public async Task<ModelAnswer<T>> AskAsync<T>(ModelQuestion<T> question, string user, CancellationToken cancellationToken)
    {
        if (cache.TryGet(question, out var kept))
        {
            telemetry.Done(question.Purpose, "cached", took: null);
            return new ModelAnswer<T>.Answered(kept!);
        }

        if (!limit.TryTake(user))
        {
            telemetry.Done(question.Purpose, nameof(ModelFailure.UserLimit), took: null);
            return new ModelAnswer<T>.Unavailable(ModelFailure.UserLimit);
        }

        using var activity = telemetry.Start(question.Purpose);
        var started = time.GetTimestamp();
        var outcome = "cancelled";
        try
        {
            var answer = await AskTwiceAsync(question, started, cancellationToken);
            outcome = answer is ModelAnswer<T>.Answered ? "answered" : "unusable";
            return answer;
        }
        catch (ModelException e)
        {
            outcome = e.Failure.ToString();
            Log.Unavailable(logger, question.Purpose, e.Failure, e.Status);
            return new ModelAnswer<T>.Unavailable(e.Failure);
        }
        finally
        {
            telemetry.Done(question.Purpose, outcome, time.GetElapsedTime(started));
        }
    }

    /// <summary>Why the built-in engine did it, for the person who asked.</summary>
    public string Excuse(ModelFailure failure) => failure switch
    {
        ModelFailure.Timeout => $"The language model did not answer within {options.Value.Timeout.TotalSeconds:0.#} s",
        ModelFailure.Busy => "The language model is busy",
        ModelFailure.Down => "The language model cannot be reached",
        ModelFailure.Rejected => "The language model refused to be asked; the log says more",
        ModelFailure.Malformed => "The language model's answer could not be read",
        ModelFailure.Resting => "The language model has failed several times and is left alone for half a minute",
        _ => $"You have asked the language model {options.Value.QuestionsPerMinute} times within a minute, which is the most",
    } + "; the built-in engine did this.";

    private async Task<ModelAnswer<T>> AskTwiceAsync<T>(ModelQuestion<T> question, long started, CancellationToken cancellationToken)
    {
        var deadline = started + (long)(options.Value.Timeout.TotalSeconds * time.TimestampFrequency);
        var schema = question.Schema.ToJsonString();
        var messages = new List<ChatMessage> { new SystemChatMessage(question.Instructions), new UserChatMessage(question.Data) };
        for (var round = 0; round < 2; round++)
        {
            var reply = await pipeline.RunAsync(
                token => connection.CompleteAsync(messages, question.Purpose, schema, token), deadline, cancellationToken);
            try
            {
                var value = question.Read(Parse(reply));
                cache.Set(question, value);
                return new ModelAnswer<T>.Answered(value);
            }
            catch (ModelAnswerException e)
            {
                telemetry.Unusable(question.Purpose);
                messages.Add(new AssistantChatMessage(reply.Text.Length == 0 ? "(nothing)" : reply.Text));
                messages.Add(
                    new UserChatMessage(
                        $"This answer cannot be used. {e.Message} Answer the first message again, in the form that was asked for."));
            }
        }

        return new ModelAnswer<T>.Unusable();
    }

    private static JsonElement Parse(ModelReply reply)
    {
        if (reply.IsCutOff)
        {
            throw new ModelAnswerException("It was cut off because it is too long.");
        }

        if (reply.IsRefused)
        {
            throw new ModelAnswerException("It is a refusal in prose.");
        }

        try
        {
            using var document = JsonDocument.Parse(reply.Text, Reading);
            return document.RootElement.Clone();
        }
        catch (Exception e) when (e is JsonException or ArgumentException)
        {
            throw new ModelAnswerException("It is not valid JSON.");
        }
    }

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Warning, Message =
            "The language model gave no answer ({Purpose}): {Failure}, HTTP status {Status}. It is done without the model")]
        public static partial void Unavailable(ILogger logger, string purpose, ModelFailure failure, int status);
    }
}
