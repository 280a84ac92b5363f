namespace XenoCrm.Api.Auth.Google;

/// <summary>What a verified ID token says.</summary>
/// <param name="Subject">The account's name at Google, which never changes.</param>
/// <param name="Domain">The Workspace domain that the account belongs to (<c>hd</c>); null for a private one.</param>
internal sealed record GoogleAccount(string Subject, string Email, bool EmailVerified, string Name, string? Domain);
