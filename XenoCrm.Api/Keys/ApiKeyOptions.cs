using System.ComponentModel.DataAnnotations;

namespace XenoCrm.Api.Keys;

/// <summary>
/// API keys from configuration, which may do all but administer. Only a key's hash is kept:
/// <c>printf %s "$KEY" | sha256sum</c>.
/// </summary>
public sealed class ApiKeyOptions : IValidatableObject
{
    public const string Section = "ApiKeys";

    /// <summary>By a name of your choice: <c>ApiKeys:Keys:shop = &lt;64 hexadecimal digits&gt;</c>.</summary>
    public Dictionary<string, string> Keys { get; init; } = [];

    /// <summary>How often it is stored when keys were last used; every minute by default.</summary>
    [Range(typeof(TimeSpan), "00:00:00.01", "1.00:00:00")]
    public TimeSpan NoteUsesEvery { get; init; } = TimeSpan.FromMinutes(1);

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext) =>
        Keys.Where(key => key.Value.Length != 64 || !key.Value.All(char.IsAsciiHexDigit))
            .Select(key => new ValidationResult(
                $"ApiKeys:Keys:{key.Key} is not a SHA-256 hash in hexadecimal (64 digits). Make it with: printf %s \"$KEY\" | sha256sum"));
}
