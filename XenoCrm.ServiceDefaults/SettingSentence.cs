using System.ComponentModel.DataAnnotations;
using System.Globalization;
using System.Reflection;
using System.Text.RegularExpressions;
using Microsoft.Extensions.Options;

namespace XenoCrm.ServiceDefaults;

/// <summary>A sentence about a setting: <c>Campaigns:BatchSize is 'many'; it must be a whole number from 1 to 1000.</c></summary>
internal static partial class SettingSentence
{
    /// <summary>Where a class of settings lies in the configuration, by its constant <c>Section</c>; null if it is none of ours.</summary>
    public static string? SectionOf(Type options) =>
        IsOurs(options.Assembly) && options.GetField("Section") is { IsLiteral: true } section
            ? (string?)section.GetRawConstantValue()
            : null;

    /// <summary>
    /// As we write them: <c>[days.]hh:mm:ss[.fff]</c>. .NET reads <c>30</c> as days, and the first part of <c>48:00:00</c> too.
    /// </summary>
    public static bool IsDuration(string text) => text.Trim() is "0" || Duration().IsMatch(text);

    public static string Of(string setting, string? value, PropertyInfo? property, string? own)
    {
        var shown = value is null or "" ? "is not set"
            : property is not null && IsSecret(property.Name) ? "is not as it should be"
            : $"is '{value}'";
        return own is null ? $"{setting} {shown}; it must be {Expected(property)}."
            : own.StartsWith(setting, StringComparison.Ordinal) ? $"{setting} {shown}. {own}"
            : $"{setting}: {own}";
    }

    /// <summary>What went wrong with settings as they were read; null if that is not what the exception is about.</summary>
    public static string? Of(Exception e) => e switch
    {
        AggregateException { InnerExceptions: var all } when all.All(one => one is OptionsValidationException) =>
            string.Join(' ', all.Select(Of)),
        OptionsValidationException options => Of(options),

        // Before .NET knows how the value is to be read, it knows where it is.
        InvalidOperationException when Conversion().Match(e.Message) is { Success: true } failed => Of(
            failed.Groups["path"].Value, failed.Groups["value"].Value, Find(failed.Groups["path"].Value), null),
        _ => null,
    };

    private static string Of(OptionsValidationException e)
    {
        // Ours say it all; the annotations' own words are for what a class checks by itself.
        var ours = e.Failures.Where(failure => !Annotation().IsMatch(failure)).ToList();
        return string.Join(' ', ours.Count > 0 ? ours : e.Failures.Select(failure => Annotation().Match(failure).Groups["error"].Value));
    }

    private static string Expected(PropertyInfo? property)
    {
        if (property is null)
        {
            return "a value of another kind";
        }

        var type = Nullable.GetUnderlyingType(property.PropertyType) ?? property.PropertyType;
        var range = property.GetCustomAttribute<RangeAttribute>() is { } limits
            ? string.Create(CultureInfo.InvariantCulture, $" from {limits.Minimum} to {limits.Maximum}")
            : "";
        var allowed = property.GetCustomAttribute<AllowedValuesAttribute>()?.Values;
        return allowed is not null ? Either(allowed.Select(value => $"{value}"))
            : type.IsEnum ? Either(Enum.GetNames(type))
            : type == typeof(bool) ? "true or false"
            : type == typeof(TimeSpan) ? $"a duration{range}, written [days.]hh:mm:ss"
            : type == typeof(Uri) ? "an http or https address, such as http://localhost:5081"
            : type == typeof(double) || type == typeof(decimal) ? "a number" + range
            : type.IsPrimitive ? "a whole number" + range
            : property.GetCustomAttribute<RegularExpressionAttribute>() is { Pattern: var pattern } ? $"of the form {pattern}"
            : "set";
    }

    private static string Either(IEnumerable<string> names)
    {
        var words = names.Select(name => name.ToLowerInvariant()).ToList();
        return words is [.. var first, var last] && first.Count > 0 ? $"{string.Join(", ", first)} or {last}" : words.Single();
    }

    /// <summary>The property that a path such as <c>Vendor:Faults:Late:Rate</c> sets.</summary>
    private static PropertyInfo? Find(string path) => AppDomain.CurrentDomain.GetAssemblies().Where(IsOurs)
        .SelectMany(assembly => assembly.GetTypes())
        .Select(type => (Type: type, Section: SectionOf(type)))
        .Where(one => one.Section is not null && path.StartsWith(one.Section + ":", StringComparison.OrdinalIgnoreCase))
        .Select(one => Find(one.Type, path[(one.Section!.Length + 1)..].Split(':')))
        .FirstOrDefault(property => property is not null);

    private static PropertyInfo? Find(Type type, ReadOnlySpan<string> names)
    {
        var property = type.GetProperty(names[0], BindingFlags.Public | BindingFlags.Instance | BindingFlags.IgnoreCase);
        return names.Length == 1 || property is null ? property : Find(property.PropertyType, names[1..]);
    }

    private static bool IsSecret(string name) =>
        name.Contains("Secret", StringComparison.Ordinal) || name.EndsWith("ApiKey", StringComparison.Ordinal);

    private static bool IsOurs(Assembly assembly) =>
        assembly.GetName().Name is { } name && name.StartsWith("XenoCrm.", StringComparison.Ordinal);

    [GeneratedRegex(@"^\s*([0-9]+\.)?([01]?[0-9]|2[0-3]):[0-5]?[0-9](:[0-5]?[0-9](\.[0-9]{1,7})?)?\s*$")]
    private static partial Regex Duration();

    [GeneratedRegex("^Failed to convert configuration value '(?<value>.*)' at '(?<path>[^']+)' to type '[^']+'", RegexOptions.Singleline)]
    private static partial Regex Conversion();

    [GeneratedRegex("^DataAnnotation validation failed for .* with the error: '(?<error>.*)'\\.$", RegexOptions.Singleline)]
    private static partial Regex Annotation();
}
