using System.Collections.Concurrent;
using System.Globalization;
using System.Reflection;
using Microsoft.AspNetCore.Mvc;

namespace XenoCrm.Api.Http;

/// <summary>The values of a query that a handler's parameters cannot take, by the parameter's name in the query.</summary>
internal static class QueryParameters
{
    private const int LongestShown = 40;

    // Of each handler once: attributes are slow to read.
    private static readonly ConcurrentDictionary<MethodInfo, Checked[]> OfHandlers = new();

    public static Dictionary<string, string[]> Faults(HttpContext http, MethodInfo handler)
    {
        var faults = new Dictionary<string, string[]>();
        foreach (var (name, type, expected, range) in http.Request.Query.Count == 0 ? [] : OfHandlers.GetOrAdd(handler, Read))
        {
            if (http.Request.RouteValues.ContainsKey(name) || !http.Request.Query.TryGetValue(name, out var values))
            {
                continue;
            }

            if (values.Count > 1)
            {
                faults.Add(name, [$"{name} is there {values.Count} times; say it once."]);
            }
            else if (values[0] is { Length: > 0 } value && !(Fits(value, type) && range?.Has(value) != false))
            {
                var shown = value.Length > LongestShown ? value[..LongestShown] + "…" : value;
                faults.Add(name, [$"{name} is '{shown}'; it must be {expected}."]);
            }
        }

        return faults;
    }

    private static Checked[] Read(MethodInfo handler) =>
    [
        .. from named in Named(handler)
           let type = Nullable.GetUnderlyingType(named.Type) ?? named.Type
           let expected = named.Range?.Expected ?? Expected(type)
           where expected is not null
           select new Checked(named.Name, type, expected, named.Range),
    ];

    /// <summary>A handler's own parameters, and the properties of those that it takes together.</summary>
    private static IEnumerable<(string Name, Type Type, WholeNumberAttribute? Range)> Named(MethodInfo handler)
    {
        foreach (var parameter in handler.GetParameters().Where(parameter => parameter.GetCustomAttribute<FromHeaderAttribute>() is null))
        {
            if (parameter.GetCustomAttribute<AsParametersAttribute>() is null)
            {
                yield return (
                    parameter.GetCustomAttribute<FromQueryAttribute>()?.Name ?? parameter.Name!,
                    parameter.ParameterType,
                    parameter.GetCustomAttribute<WholeNumberAttribute>());
                continue;
            }

            foreach (var property in parameter.ParameterType.GetProperties())
            {
                if (property.GetCustomAttribute<FromQueryAttribute>()?.Name is { } name)
                {
                    yield return (name, property.PropertyType, null);
                }
            }
        }
    }

    private static string? Expected(Type type) =>
        type == typeof(string) ? "text"
        : type == typeof(int) || type == typeof(long) ? "a whole number"
        : type == typeof(bool) ? "true or false"
        : type == typeof(DateTimeOffset) ? "a time in ISO 8601, such as 2026-11-22T08:00:00Z"
        : null;

    private static bool Fits(string value, Type type) =>
        type == typeof(int) ? int.TryParse(value, NumberStyles.Integer, CultureInfo.InvariantCulture, out _)
        : type == typeof(long) ? long.TryParse(value, NumberStyles.Integer, CultureInfo.InvariantCulture, out _)
        : type == typeof(bool) ? bool.TryParse(value, out _)
        : type != typeof(DateTimeOffset) || UtcConverter.TryParse(value, out _);

    private sealed record Checked(string Name, Type Type, string Expected, WholeNumberAttribute? Range);
}

/// <summary>Of a query's number: the whole numbers that it may be.</summary>
/// <param name="from">The least.</param>
/// <param name="to">The most.</param>
/// <param name="example">One that is told where another was given.</param>
[AttributeUsage(AttributeTargets.Parameter)]
internal sealed class WholeNumberAttribute(int from, int to, int example) : Attribute
{
    public string Expected => string.Create(CultureInfo.InvariantCulture, $"a whole number from {from} to {to}, such as {example}");

    public bool Has(string value) =>
        int.TryParse(value, NumberStyles.Integer, CultureInfo.InvariantCulture, out var number) && number >= from && number <= to;
}
