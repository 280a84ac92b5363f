using XenoCrm.Core.Campaigns;

namespace XenoCrm.Api.Http;

/// <summary>The header <c>Idempotency-Key</c>: with it the same request again gives the same answer.</summary>
internal static class IdempotencyKey
{
    public const string Header = "Idempotency-Key";

    private const int MaxLength = 200;

    /// <summary>The key as it is stored, which is the caller's own; null for none.</summary>
    /// <param name="by">Who calls.</param>
    /// <param name="key">As it came.</param>
    /// <exception cref="RefusedRequestException">400: it has a wrong length.</exception>
    public static string? Of(string by, string? key) => key switch
    {
        null => null,
        { Length: 0 or > MaxLength } => throw RefusedRequestException.Invalid(Header, $"The key has 1 to {MaxLength} characters."),
        _ => $"{by} {key}",
    };

    /// <param name="status">What became of the request.</param>
    /// <param name="made">What a new key would make.</param>
    /// <exception cref="RefusedRequestException">409: the first request with it is still being worked on. 422: it came with another request
    /// before.</exception>
    public static void Check(BeginStatus status, string made)
    {
        if (status == BeginStatus.InProgress)
        {
            throw RefusedRequestException.Conflict(
                "The first request with this Idempotency-Key is still being worked on. Ask again in a moment.");
        }

        if (status == BeginStatus.KeyReused)
        {
            throw new RefusedRequestException(
                $"This Idempotency-Key came with another request before. Use a new key for a new {made}.",
                StatusCodes.Status422UnprocessableEntity);
        }
    }
}
