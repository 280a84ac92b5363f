using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.Extensions.Options;
using Microsoft.OpenApi;

namespace XenoCrm.Api.Http.Description;

/// <summary>
/// What the framework cannot know of the API, in <c>/openapi/v1.json</c> and so in Swagger: how to come in, which errors
/// each route answers with, and bodies to try. It goes by the routes' own metadata, so that a new route has it too.
/// </summary>
internal sealed class ApiDescription(IOptionsMonitor<CookieAuthenticationOptions> cookies) : IOpenApiDocumentTransformer
{
    private const string Cookie = "cookie";
    private const string Key = "key";

    public static void Add(IServiceCollection services) => services.AddOpenApi(options =>
    {
        options.AddSchemaTransformer(Schemas.CompleteAsync);
        options.AddDocumentTransformer<ApiDescription>();
    });

    public async Task TransformAsync(
        OpenApiDocument document, OpenApiDocumentTransformerContext context, CancellationToken cancellationToken)
    {
        document.Info.Title = "XenoCrm API";
        document.AddComponent<IOpenApiSecurityScheme>(Cookie, new OpenApiSecurityScheme
        {
            Type = SecuritySchemeType.ApiKey,
            In = ParameterLocation.Cookie,
            Name = cookies.Get(CookieAuthenticationDefaults.AuthenticationScheme).Cookie.Name,
            Description = "A person's session. Nothing needs to be entered here: sign in at /auth/google, or in Development with "
                + "POST /auth/dev, and the browser sends it.",
        });
        document.AddComponent<IOpenApiSecurityScheme>(Key, new OpenApiSecurityScheme
        {
            Type = SecuritySchemeType.Http,
            Scheme = "bearer",
            Description = "A program's API key, from POST /keys.",
        });

        RuleSchema.Describe((OpenApiSchema)document.Components!.Schemas![RuleSchema.Name], document);
        var routes = context.DescriptionGroups.SelectMany(group => group.Items)
            .Select(item => item.ActionDescriptor.EndpointMetadata)
            .DistinctBy(metadata => metadata.OfType<IEndpointNameMetadata>().Last().EndpointName)
            .ToDictionary(metadata => metadata.OfType<IEndpointNameMetadata>().Last().EndpointName);
        foreach (var (path, item) in document.Paths)
        {
            foreach (var (verb, operation) in item.Operations ?? [])
            {
                var route = new Route(document, path, verb, operation, routes[operation.OperationId!]);
                if (!route.IsOpen)
                {
                    operation.Security = route.Administers
                        ? [Requirement(Cookie, document)]
                        : [Requirement(Cookie, document), Requirement(Key, document)];
                }

                Answers.Complete(route);
                Examples.Add(operation);
            }
        }
    }

    private static OpenApiSecurityRequirement Requirement(string scheme, OpenApiDocument document) =>
        new() { [new OpenApiSecuritySchemeReference(scheme, document)] = [] };
}
