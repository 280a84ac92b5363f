using System.Reflection;
using System.Text.Json;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Http.Metadata;
using Microsoft.Extensions.Options;
using Microsoft.Net.Http.Headers;
using JsonOptions = Microsoft.AspNetCore.Http.Json.JsonOptions;

namespace XenoCrm.Api.Http;

/// <summary>
/// Looks at a request before the framework binds it to a handler's parameters, so that what cannot be bound is told field by
/// field and in our words: the query's values, the body's encoding and type, its JSON, and each member of it.
/// </summary>
internal sealed class RequestCheck(RequestDelegate next, IOptions<JsonOptions> json)
{
    private static readonly string[] Utf8Names = ["utf-8", "utf8", "us-ascii"];

    private static readonly object KeysAreWritten = new();

    /// <summary>
    /// The type that a JSON body becomes before the handler is called; null where the handler reads the body itself, or a form.
    /// </summary>
    public static Type? BoundType(Endpoint? endpoint) =>
        endpoint?.Metadata.GetMetadata<IAcceptsMetadata>() is { RequestType: { } type } accepts
        && accepts.ContentTypes.Contains(MediaTypes.Json)
        && endpoint.Metadata.GetMetadata<MethodInfo>()?.GetParameters().Any(parameter => parameter.ParameterType == type) == true
            ? type
            : null;

    /// <summary>Whether the errors of the answer are by the members' names as they came.</summary>
    public static bool NamedErrors(HttpContext http) => http.Items.ContainsKey(KeysAreWritten);

    public Task InvokeAsync(HttpContext http)
    {
        if (http.GetEndpoint() is not { } endpoint || endpoint.Metadata.GetMetadata<MethodInfo>() is not { } handler)
        {
            return next(http);
        }

        if (QueryParameters.Faults(http, handler) is { Count: > 0 } faults)
        {
            return Problems.Invalid(faults).ExecuteAsync(http);
        }

        if (http.Features.Get<IHttpRequestBodyDetectionFeature>()?.CanHaveBody == true)
        {
            BodyEncoding.Unpack(http, endpoint);
        }

        return endpoint.Metadata.GetMetadata<IAcceptsMetadata>() is { } accepts ? CheckBodyAsync(http, endpoint, accepts) : next(http);
    }

    private async Task CheckBodyAsync(HttpContext http, Endpoint endpoint, IAcceptsMetadata accepts)
    {
        if (await BodyFaultsAsync(http, endpoint, accepts) is { Count: > 0 } errors)
        {
            http.Items[KeysAreWritten] = true;
            await Problems.Invalid(errors).ExecuteAsync(http);
            return;
        }

        await next(http);
    }

    private async Task<IDictionary<string, string[]>?> BodyFaultsAsync(HttpContext http, Endpoint endpoint, IAcceptsMetadata accepts)
    {
        if (accepts.IsOptional && http.Features.Get<IHttpRequestBodyDetectionFeature>()?.CanHaveBody != true)
        {
            return null;
        }

        CheckType(http.Request, accepts);
        if (BoundType(endpoint) is not { } type)
        {
            return null;
        }

        // Looked at, and in the one form that the framework understands: it takes "UTF-8" in quotes for an encoding of that name.
        http.Request.ContentType = MediaTypes.Json;
        var body = await ReadAsync(http.Request.Body, http.RequestAborted);
        http.Request.Body = new MemoryStream(body);
        if (body.Length == 0 && accepts.IsOptional)
        {
            return null;
        }

        using var document = JsonText.Parse(JsonText.WithoutMark(body), json.Value.SerializerOptions.MaxDepth);
        return accepts.IsOptional && document.RootElement.ValueKind == JsonValueKind.Null
            ? null
            : JsonShape.Check(document.RootElement, type, json.Value.SerializerOptions);
    }

    /// <exception cref="RefusedRequestException">415.</exception>
    private static void CheckType(HttpRequest request, IAcceptsMetadata accepts)
    {
        if (!MediaTypeHeaderValue.TryParse(request.ContentType, out var type)
            || !accepts.ContentTypes.Contains(type.MediaType.Value, StringComparer.OrdinalIgnoreCase))
        {
            throw new RefusedRequestException(
                MediaTypes.Refusal(accepts.ContentTypes, request.ContentType), StatusCodes.Status415UnsupportedMediaType);
        }

        if (accepts.ContentTypes.Contains(MediaTypes.Json) && type.Charset.HasValue
            && !Utf8Names.Contains(HeaderUtilities.RemoveQuotes(type.Charset).Value, StringComparer.OrdinalIgnoreCase))
        {
            throw new RefusedRequestException(
                "JSON is sent in UTF-8; the Content-Type names another charset.", StatusCodes.Status415UnsupportedMediaType);
        }
    }

    // A body that is bound is small: the server and BodyLimit see to it.
    private static async Task<byte[]> ReadAsync(Stream body, CancellationToken cancellationToken)
    {
        using var whole = new MemoryStream();
        await body.CopyToAsync(whole, cancellationToken);
        return whole.ToArray();
    }
}
