namespace XenoCrm.Api.Http;

/// <summary>
/// A request that cannot be taken, with the answer's status and its words, which are ours: the framework's own exceptions have others.
/// </summary>
/// <param name="message">What is wrong and what would do.</param>
/// <param name="statusCode">A 4xx.</param>
/// <param name="place">For a 400: the member, parameter or header at fault.</param>
internal sealed class RefusedRequestException(string message, int statusCode, string? place = null)
    : BadHttpRequestException(message, statusCode)
{
    public string Field => place ?? JsonFaultException.WholeBody;

    /// <summary>400: <paramref name="field"/> is not what it should be.</summary>
    public static RefusedRequestException Invalid(string field, string message) =>
        new(message, StatusCodes.Status400BadRequest, field);

    /// <summary>409: it does not go with how things stand.</summary>
    public static RefusedRequestException Conflict(string message) => new(message, StatusCodes.Status409Conflict);
}
