using Microsoft.AspNetCore.Http.Metadata;
using Microsoft.AspNetCore.Routing.Template;

namespace XenoCrm.Api.Http;

/// <summary>What there is at a path, whatever the verb: for answers that say what would have done.</summary>
internal sealed class RouteTable(EndpointDataSource endpoints)
{
    private static readonly string[] Get = [HttpMethods.Get];

    private readonly Lazy<(TemplateMatcher Matcher, RouteEndpoint Route)[]> routes = new(() =>
        [.. endpoints.Endpoints.OfType<RouteEndpoint>().Select(
            route => (new TemplateMatcher(new RouteTemplate(route.RoutePattern), []), route))]);

    /// <summary>As an Allow header has them, HEAD and OPTIONS among them; none where there is no such path.</summary>
    public string[] MethodsAt(PathString path)
    {
        string[] methods = [.. At(path).SelectMany(Methods).Distinct()];
        return methods.Length == 0
            ? []
            : [.. methods.Concat(Implied(methods)).Distinct().Order(StringComparer.Ordinal)];
    }

    /// <summary>The media types of the body that the request's route takes; none where it takes none.</summary>
    public string[] TypesAt(HttpRequest request) =>
    [
        .. At(request.Path)
            .Where(route => Methods(route).Contains(request.Method))
            .Select(route => route.Metadata.GetMetadata<IAcceptsMetadata>()?.ContentTypes)
            .FirstOrDefault(types => types is not null) ?? [],
    ];

    private static string[] Implied(string[] methods) =>
        methods.Contains(HttpMethods.Get) ? [HttpMethods.Head, HttpMethods.Options] : [HttpMethods.Options];

    // A route without a verb, as health checks have it, is meant to be asked.
    private static IReadOnlyList<string> Methods(RouteEndpoint route) =>
        route.Metadata.GetMetadata<IHttpMethodMetadata>()?.HttpMethods is { Count: > 0 } methods ? methods : Get;

    private IEnumerable<RouteEndpoint> At(PathString path) =>
        routes.Value.Where(route => route.Matcher.TryMatch(path, [])).Select(route => route.Route);
}
