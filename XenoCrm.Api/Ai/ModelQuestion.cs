using System.Text.Json;
using System.Text.Json.Nodes;

namespace XenoCrm.Api.Ai;

/// <summary>One thing to ask the model, and how its answer is read.</summary>
/// <param name="Purpose">What for, as telemetry says it: <c>sentence</c>, <c>messages</c>, <c>insight</c>, <c>themes</c>.</param>
/// <param name="Instructions">Ours: what to do and how to answer.</param>
/// <param name="Data">What to do it with, as JSON; what people wrote stands here and nowhere else.</param>
/// <param name="Schema">The form of the answer, within the subset that strict mode takes.</param>
/// <param name="Read">Makes a value of the answer, or throws <see cref="ModelAnswerException"/>: what the schema asks for is checked here
/// too, because not every server keeps to it.</param>
internal sealed record ModelQuestion<T>(string Purpose, string Instructions, string Data, JsonObject Schema, Func<JsonElement, T> Read);

/// <summary>An answer that cannot be used. The message goes back to the model once.</summary>
internal sealed class ModelAnswerException(string message) : Exception(message);

/// <summary>What came of asking.</summary>
internal abstract record ModelAnswer<T>
{
    public sealed record Answered(T Value) : ModelAnswer<T>;

    /// <summary>The model answered twice, and neither answer can be used.</summary>
    public sealed record Unusable : ModelAnswer<T>;

    public sealed record Unavailable(ModelFailure Failure) : ModelAnswer<T>;
}

/// <summary>Why the model gave no answer.</summary>
internal enum ModelFailure
{
    /// <summary>Not within the time that a person waits.</summary>
    Timeout,

    /// <summary>429.</summary>
    Busy,

    /// <summary>5xx, or no connection.</summary>
    Down,

    /// <summary>Any other 4xx: a wrong key, a model that does not exist.</summary>
    Rejected,

    /// <summary>What came back is no chat completion.</summary>
    Malformed,

    /// <summary>It failed too often and is left alone for a while.</summary>
    Resting,

    /// <summary>This user has asked too much within a minute.</summary>
    UserLimit,
}
