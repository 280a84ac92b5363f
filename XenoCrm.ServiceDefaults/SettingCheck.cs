using System.ComponentModel.DataAnnotations;
using System.Globalization;
using System.Reflection;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Options;

namespace XenoCrm.ServiceDefaults;

/// <summary>
/// Says of every setting of ours that cannot be right which it is, what it is and what it may be. It looks at the same
/// attributes as <c>ValidateDataAnnotations</c>, whose own words name neither the setting nor its value; and at what binds
/// without a complaint and is not what was meant: <c>30</c> is thirty days, <c>localhost:5081</c> an address of no scheme.
/// </summary>
internal sealed class SettingCheck<T>(IConfiguration configuration) : IValidateOptions<T>
    where T : class
{
    public ValidateOptionsResult Validate(string? name, T options)
    {
        if (SettingSentence.SectionOf(typeof(T)) is not { } section)
        {
            return ValidateOptionsResult.Skip;
        }

        var faults = Faults(section, options).ToList();
        return faults.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(faults);
    }

    private IEnumerable<string> Faults(string path, object options)
    {
        foreach (var property in options.GetType().GetProperties().Where(property => property is { CanRead: true, SetMethod: not null }))
        {
            var setting = $"{path}:{property.Name}";
            var value = property.GetValue(options);
            if (value is not null && value.GetType() is { IsClass: true } nested && nested.Assembly == typeof(T).Assembly)
            {
                foreach (var fault in Faults(setting, value))
                {
                    yield return fault;
                }
            }
            else if (!IsRight(property, options, value, configuration[setting], out var own))
            {
                var shown = configuration[setting] ?? Convert.ToString(value, CultureInfo.InvariantCulture);
                yield return SettingSentence.Of(setting, shown, property, own);
            }
        }
    }

    /// <param name="property">What is set.</param>
    /// <param name="options">Where it is set.</param>
    /// <param name="value">What it was read as.</param>
    /// <param name="text">As it is configured; null if it is not.</param>
    /// <param name="own">What an attribute has to say in words of its own.</param>
    private static bool IsRight(PropertyInfo property, object options, object? value, string? text, out string? own)
    {
        own = null;
        if (value is TimeSpan && text is not null && !SettingSentence.IsDuration(text))
        {
            return false;
        }

        if (value is Uri address && !(address.IsAbsoluteUri && address.Scheme is "http" or "https"))
        {
            return false;
        }

        var context = new ValidationContext(options) { MemberName = property.Name, DisplayName = property.Name };
        foreach (var rule in property.GetCustomAttributes<ValidationAttribute>())
        {
            if (rule.GetValidationResult(value, context) is { } fault)
            {
                var hasWords = rule is CustomValidationAttribute || (rule.ErrorMessage is not null && rule is not AllowedValuesAttribute);
                own = hasWords ? fault.ErrorMessage : null;
                return false;
            }
        }

        return true;
    }
}
