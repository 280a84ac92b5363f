using System.ComponentModel.DataAnnotations;
using XenoCrm.Core.Keys;

namespace XenoCrm.Api.Keys;

/// <param name="Name">Whose key it is, for people: a letter or digit, then up to 59 letters, digits, blanks, dots, hyphens and
/// underscores.</param>
/// <param name="Scopes">What it may be used for: some of <c>read</c>, <c>ingest</c> and <c>send</c>.</param>
/// <param name="ExpiresAt">It is good until then; without it, until it is revoked.</param>
public sealed record KeyRequest(
    [property: Required(ErrorMessage = KeyRequest.NameMessage)]
    [property: RegularExpression(@"^[\p{L}\p{N}][\p{L}\p{N} ._\-]{0,59}$", ErrorMessage = KeyRequest.NameMessage)]
    string Name,
    [property: Required(ErrorMessage = KeyRequest.ScopesMessage)]
    [property: MinLength(1, ErrorMessage = KeyRequest.ScopesMessage)]
    string[] Scopes,
    DateTimeOffset? ExpiresAt)
{
    private const string NameMessage =
        "The name begins with a letter or a digit and has up to 60 letters, digits, blanks, dots, hyphens and underscores.";
    private const string ScopesMessage = "A key needs at least one scope: read, ingest or send.";
}

/// <param name="LastUsedAt">About a minute behind; null if it was never used.</param>
public sealed record KeyResponse(
    string Id,
    string Name,
    IReadOnlyList<string> Scopes,
    string CreatedBy,
    DateTimeOffset CreatedAt,
    DateTimeOffset? ExpiresAt,
    DateTimeOffset? LastUsedAt)
{
    internal static KeyResponse Of(ApiKey key) =>
        new(key.Id, key.Name, key.Scopes, key.CreatedBy, key.CreatedAt, key.ExpiresAt, key.LastUsedAt);
}

/// <param name="Key">For <c>Authorization: Bearer KEY</c>. It is shown this once; only its hash is kept.</param>
public sealed record NewKeyResponse(
    string Id, string Name, string Key, IReadOnlyList<string> Scopes, string CreatedBy, DateTimeOffset CreatedAt, DateTimeOffset? ExpiresAt)
{
    internal static NewKeyResponse Of(ApiKey key, string secret) =>
        new(key.Id, key.Name, secret, key.Scopes, key.CreatedBy, key.CreatedAt, key.ExpiresAt);
}
