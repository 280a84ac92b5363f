using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;
using XenoCrm.Core.Customers;

namespace XenoCrm.Api.Http.Description;

/// <summary>
/// The schemas of what we read with converters of our own, of which the framework sees "anything". Rules:
/// <see cref="RuleSchema"/>.
/// </summary>
internal static class Schemas
{
    public static Task CompleteAsync(OpenApiSchema schema, OpenApiSchemaTransformerContext context, CancellationToken cancellationToken)
    {
        var type = context.JsonTypeInfo.Type;
        if (type == typeof(AttributeValue))
        {
            schema.Type = JsonSchemaType.String | JsonSchemaType.Number | JsonSchemaType.Boolean;
        }
        else if (type == typeof(DateTimeOffset) || type == typeof(DateTimeOffset?))
        {
            schema.Type = type == typeof(DateTimeOffset) ? JsonSchemaType.String : JsonSchemaType.String | JsonSchemaType.Null;
            schema.Format = "date-time";
        }

        return Task.CompletedTask;
    }
}
