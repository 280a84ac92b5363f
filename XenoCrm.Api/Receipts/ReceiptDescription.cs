using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;
using XenoCrm.Api.Webhooks;

namespace XenoCrm.Api.Receipts;

/// <summary>Describes the callback's body and headers: the endpoint reads the raw bytes, so the framework cannot know.</summary>
internal static class ReceiptDescription
{
    private static readonly string[] ForeignTypes = ["application/json", "application/x-www-form-urlencoded", "message/rfc822"];

    /// <summary>In the vendor's own form, as it is configured; of a mail server a bounce as it came.</summary>
    public static Task AddForeignBodyAsync(
        OpenApiOperation operation, OpenApiOperationTransformerContext context, CancellationToken cancellationToken)
    {
        operation.RequestBody = new OpenApiRequestBody
        {
            Required = true,
            Content = ForeignTypes.ToDictionary(type => type, _ => new OpenApiMediaType()),
        };
        return Task.CompletedTask;
    }

    public static async Task AddBodyAsync(
        OpenApiOperation operation, OpenApiOperationTransformerContext context, CancellationToken cancellationToken)
    {
        var one = await context.GetOrCreateSchemaAsync(typeof(ReceiptBody), null, cancellationToken);
        var many = await context.GetOrCreateSchemaAsync(typeof(ReceiptBody[]), null, cancellationToken);
        operation.RequestBody = new OpenApiRequestBody
        {
            Required = true,
            Content = new Dictionary<string, OpenApiMediaType>
            {
                ["application/json"] = new() { Schema = new OpenApiSchema { OneOf = [one, many] } },
            },
        };

        operation.Parameters = [.. operation.Parameters ?? []];
        foreach (var (name, description) in new[]
        {
            (WebhookSignature.IdHeader, "The message's own id, the same in each attempt."),
            (WebhookSignature.TimestampHeader, "Unix seconds, at most 300 from now."),
            (WebhookSignature.SignatureHeader, "v1, and the base64 of HMAC-SHA256 over id.timestamp.rawbody; several blank-separated."),
        })
        {
            operation.Parameters.Add(new OpenApiParameter
            {
                Name = name,
                In = ParameterLocation.Header,
                Required = true,
                Description = description,
                Schema = new OpenApiSchema { Type = JsonSchemaType.String },
            });
        }
    }
}
