using System.ComponentModel.DataAnnotations;

namespace XenoCrm.Api.Http;

/// <summary>Which other sites' pages may call this API. None by default: then no CORS header is ever sent.</summary>
public sealed class CorsOptions : IValidatableObject
{
    public const string Section = "Cors";

    /// <summary>Any site, which then calls with an API key: no cookie goes along.</summary>
    public const string AnyOrigin = "*";

    /// <summary>Such as <c>https://shop.example</c>: scheme, host and, if it is not the usual one, port. Or <c>*</c> alone.</summary>
    public string[] Origins { get; init; } = [];

    internal bool IsOpenToAll => Origins is [AnyOrigin];

    /// <summary>The origins whose pages may act with a person's cookie.</summary>
    internal IEnumerable<string> Trusted => IsOpenToAll ? [] : Origins;

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext) => IsOpenToAll
        ? []
        : Origins.Where(origin => !IsOrigin(origin)).Select(origin => new ValidationResult(
            $"Cors:Origins has '{origin}'. An origin is scheme, host and port alone, such as https://shop.example, or it is * and stands "
                + $"alone."));

    private static bool IsOrigin(string text) =>
        Uri.TryCreate(text, UriKind.Absolute, out var uri)
        && uri.Scheme is "http" or "https"
        && text.Equals(uri.GetLeftPart(UriPartial.Authority), StringComparison.OrdinalIgnoreCase)
        && uri.UserInfo.Length == 0;
}
