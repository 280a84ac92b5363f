using System.ClientModel;
using System.ClientModel.Primitives;
using Microsoft.Extensions.Options;
using OpenAI;
using OpenAI.Chat;
using XenoCrm.ServiceDefaults;

namespace XenoCrm.Api.Ai;

/// <summary>One try to get an answer over OpenAI's chat protocol, with what it cost. Whether to try again is not decided here: the client's
/// own retries are off.</summary>
internal sealed class ModelConnection : IDisposable
{
    private const int MaxAnswerBytes = 1024 * 1024;
    private const int MaxAnswerTokens = 2_000;

    private readonly HttpClient http = new(new AnswerLimit()) { Timeout = System.Threading.Timeout.InfiniteTimeSpan };
    private readonly ChatClient client;
    private readonly LanguageTelemetry telemetry;
    private readonly TimeProvider time;

    public ModelConnection(IOptions<OpenAIOptions> options, LanguageTelemetry telemetry, TimeProvider time)
    {
        this.telemetry = telemetry;
        this.time = time;
        var settings = options.Value;
        var clientOptions = new OpenAIClientOptions
        {
            RetryPolicy = new ClientRetryPolicy(maxRetries: 0),
            NetworkTimeout = System.Threading.Timeout.InfiniteTimeSpan,
            Transport = new HttpClientPipelineTransport(http),
        };
        if (settings.Endpoint is { } endpoint)
        {
            clientOptions.Endpoint = endpoint;
        }

        // A server that wants no key gets one that says so; the client takes no empty one.
        var key = new ApiKeyCredential(string.IsNullOrWhiteSpace(settings.ApiKey) ? "none" : settings.ApiKey);
        client = new ChatClient(settings.Model, key, clientOptions);
    }

    /// <exception cref="ModelException">There is no answer.</exception>
    public async Task<ModelReply> CompleteAsync(IReadOnlyList<ChatMessage> messages, string schemaName, string schema,
        CancellationToken cancellationToken)
    {
        var options = new ChatCompletionOptions
        {
            Temperature = 0,
            MaxOutputTokenCount = MaxAnswerTokens,
            ResponseFormat = ChatResponseFormat.CreateJsonSchemaFormat(schemaName, BinaryData.FromString(schema), jsonSchemaIsStrict: true),
        };
        try
        {
            ChatCompletion completion = await client.CompleteChatAsync(messages, options, cancellationToken);
            telemetry.Spent(completion.Usage?.InputTokenCount ?? 0, completion.Usage?.OutputTokenCount ?? 0);
            var text = string.Concat(completion.Content.Select(part => part.Text));
            return new ModelReply(
                text,
                IsRefused: completion.FinishReason == ChatFinishReason.ContentFilter || !string.IsNullOrEmpty(completion.Refusal),
                IsCutOff: completion.FinishReason == ChatFinishReason.Length);
        }
        catch (ClientResultException e)
        {
            throw new ModelException(FailureOf(e.Status), RetryAfterOf(e.GetRawResponse()), e.Status, e);
        }
        catch (Exception e) when (e is HttpRequestException or IOException)
        {
            throw new ModelException(ModelFailure.Down, inner: e);
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            // Whatever the client makes of a body that is no chat completion.
            throw new ModelException(ModelFailure.Malformed, inner: e);
        }
    }

    public void Dispose() => http.Dispose();

    private static ModelFailure FailureOf(int status) => status switch
    {
        429 => ModelFailure.Busy,
        0 or 408 or >= 500 => ModelFailure.Down,
        >= 400 => ModelFailure.Rejected,
        _ => ModelFailure.Malformed,
    };

    private TimeSpan? RetryAfterOf(PipelineResponse? response) =>
        response is not null && response.Headers.TryGetValue("Retry-After", out var text) ? RetryAfter.Read(text, time) : null;

    /// <summary>A server gone mad must not fill our memory.</summary>
    private sealed class AnswerLimit()
        : DelegatingHandler(new SocketsHttpHandler { PooledConnectionLifetime = TimeSpan.FromMinutes(5), AllowAutoRedirect = false })
    {
        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            var response = await base.SendAsync(request, cancellationToken);
            await response.Content.LoadIntoBufferAsync(MaxAnswerBytes, cancellationToken);
            return response;
        }
    }
}

/// <param name="Text">What the model wrote; as a rule JSON, but that is for the reader to see.</param>
/// <param name="IsRefused">The model, or a filter behind it, would not answer.</param>
/// <param name="IsCutOff">It wrote more than it may.</param>
internal sealed record ModelReply(string Text, bool IsRefused, bool IsCutOff);
