using System.ComponentModel.DataAnnotations;

namespace XenoCrm.Api.Auth.Google;

/// <summary>The client that was registered at Google, and where Google is: docs/google.md.</summary>
public sealed class GoogleSettings : IValidatableObject
{
    public const string Section = "Authentication:Google";

    public string? ClientId { get; init; }

    public string? ClientSecret { get; init; }

    /// <summary>Google's own by default, as the three others; for tests.</summary>
    public Uri? AuthorizationEndpoint { get; init; }

    public Uri? TokenEndpoint { get; init; }

    public Uri? UserInformationEndpoint { get; init; }

    /// <summary>The document that says where the keys are that tokens are signed with.</summary>
    public Uri MetadataAddress { get; init; } = new("https://accounts.google.com/.well-known/openid-configuration");

    public bool IsConfigured => !string.IsNullOrEmpty(ClientId) || !string.IsNullOrEmpty(ClientSecret);

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (IsConfigured && (string.IsNullOrEmpty(ClientId) || string.IsNullOrEmpty(ClientSecret)))
        {
            yield return new ValidationResult($"{Section}:ClientId and {Section}:ClientSecret belong together; one of them is not set.");
        }

        // TLS is what vouches for the keys: docs/decisions/google-signs-its-tokens.md.
        if (new[] { AuthorizationEndpoint, TokenEndpoint, UserInformationEndpoint, MetadataAddress }.Any(endpoint => endpoint is not null
            && (!endpoint.IsAbsoluteUri || endpoint.Scheme != Uri.UriSchemeHttps)))
        {
            yield return new ValidationResult($"An address in {Section} does not begin with https.");
        }
    }
}
