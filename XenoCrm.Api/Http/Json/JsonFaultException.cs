using System.Text.Json;

namespace XenoCrm.Api.Http;

/// <summary>JSON that cannot be taken, with its place, in words of ours: what the JSON reader says of itself is for programmers.</summary>
internal sealed class JsonFaultException(string message, string? path = null, long? line = null, long? column = null)
    : JsonException(message, path, line, column)
{
    /// <summary>The body as a whole, as an error's field.</summary>
    public const string WholeBody = "$";
}
