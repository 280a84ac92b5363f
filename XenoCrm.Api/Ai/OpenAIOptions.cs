using System.ComponentModel.DataAnnotations;

namespace XenoCrm.Api.Ai;

/// <summary>The language model: section <c>OpenAI</c>. With neither a key nor an endpoint there is none, and the built-in engine does
/// everything.</summary>
internal sealed class OpenAIOptions : IValidatableObject
{
    public const string Section = "OpenAI";

    /// <summary>May be left out where <see cref="Endpoint"/> is set and wants none, as Ollama does.</summary>
    public string? ApiKey { get; set; }

    /// <summary>Default <c>gpt-4.1-mini</c>.</summary>
    [Required(ErrorMessage = "OpenAI:Model is empty. Name a model of the endpoint, such as gpt-4.1-mini, or leave the setting out.")]
    public string Model { get; set; } = "gpt-4.1-mini";

    /// <summary>Where another server speaks OpenAI's protocol: <c>http://localhost:11434/v1</c> is Ollama on this machine. Default:
    /// OpenAI.</summary>
    public Uri? Endpoint { get; set; }

    /// <summary>How long a person waits for the model, retries and repair included, before the built-in engine answers. Default 10
    /// s.</summary>
    [Range(typeof(TimeSpan), "00:00:00.100", "00:02:00")]
    public TimeSpan Timeout { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>Tries after the first one, where the model is busy or down, as far as the time allows. Default 2.</summary>
    [Range(0, 10)]
    public int MaxRetries { get; set; } = 2;

    /// <summary>Questions to the model that one user may cause within a minute. Default 20.</summary>
    [Range(1, 100_000)]
    public int QuestionsPerMinute { get; set; } = 20;

    /// <summary>Answers that are kept, in memory, for the same question again. Default 1,000; 0 keeps none.</summary>
    [Range(0, 100_000)]
    public int CacheEntries { get; set; } = 1_000;

    /// <summary>How long an answer is kept. Default 1 h.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "7.00:00:00")]
    public TimeSpan CacheLifetime { get; set; } = TimeSpan.FromHours(1);

    /// <summary>US dollars for a million tokens of questions; without it no cost is counted.</summary>
    [Range(0.0, 10_000.0)]
    public double? InputPrice { get; set; }

    /// <summary>US dollars for a million tokens of answers; without it no cost is counted.</summary>
    [Range(0.0, 10_000.0)]
    public double? OutputPrice { get; set; }

    public bool IsConfigured => !string.IsNullOrWhiteSpace(ApiKey) || Endpoint is not null;

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (Endpoint is { } endpoint
            && !(endpoint.IsAbsoluteUri && (endpoint.Scheme == Uri.UriSchemeHttps || endpoint.Scheme == Uri.UriSchemeHttp)))
        {
            yield return new ValidationResult("OpenAI:Endpoint is no http or https address. Write it like http://localhost:11434/v1",
                [nameof(Endpoint)]);
        }
        else if (!string.IsNullOrWhiteSpace(ApiKey) && Endpoint is { IsLoopback: false } open && open.Scheme == Uri.UriSchemeHttp)
        {
            yield return new ValidationResult(
                "OpenAI:Endpoint is another machine's and not https: the API key would travel in the open. "
                + "Use https, or leave OpenAI:ApiKey out.", [nameof(Endpoint)]);
        }
    }
}
