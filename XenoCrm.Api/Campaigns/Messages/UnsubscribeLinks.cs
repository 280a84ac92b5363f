using System.Buffers;
using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Extensions.Options;
using XenoCrm.Core.Account;
using XenoCrm.Core.Campaigns;
using XenoCrm.Core.Customers;

namespace XenoCrm.Api.Campaigns.Messages;

/// <summary>
/// The addresses behind <c>{{unsubscribeUrl}}</c>, one a person: <c>https://crm.example.com/unsubscribe/CfDJ8…</c>. Who has it needs no
/// sign-in; what it says is encrypted and signed with the store's own keys, so that nobody reads an id in it or makes one up, any replica
/// knows it, and it holds for good.
/// </summary>
internal sealed partial class UnsubscribeLinks(IDataProtectionProvider protection, IOptions<AccountOptions> account)
{
    public const string Path = "/unsubscribe";

    private static readonly SearchValues<char> TokenLetters =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_");

    private static readonly char[] OfASentence = ['.', ',', ';', ':', '!', ')', ']', '>', '"', '\''];

    private readonly IDataProtector protector = protection.CreateProtector("XenoCrm.Unsubscribe");
    private readonly string? begin = account.Value.PublicUrl is { Length: > 0 } address ? $"{address.TrimEnd('/')}{Path}/" : null;

    /// <summary>A message that can be sent from here.</summary>
    /// <exception cref="MessageTemplateException">It cannot, whoever gets it.</exception>
    public MessageTemplate Parse(string text)
    {
        var message = MessageTemplate.Parse(text);
        if (!IsIn(message))
        {
            return message;
        }

        if (begin is null)
        {
            throw new MessageTemplateException(
                "{{unsubscribeUrl}} needs the address at which people reach this server, and it is not configured: "
                + "set Account__PublicUrl, for instance to https://crm.example.com.");
        }

        return Glued().Match(text) is { Success: true } glued
            ? throw new MessageTemplateException(
                $"What follows {{{{unsubscribeUrl}}}} at character {glued.Index + 1} would become part of the link and break it. "
                + "Put a blank or a new line between them.")
            : message;
    }

    public static bool IsIn(MessageTemplate message) =>
        message.Placeholders.Any(placeholder => placeholder.Name == Placeholder.UnsubscribeUrl);

    public string Of(Customer customer) =>
        begin + WebEncoders.Base64UrlEncode(protector.Protect(Encoding.UTF8.GetBytes(customer.Id)));

    /// <param name="token">The last part of the address.</param>
    /// <returns>The customer's id; null if the token is none of ours, or not whole.</returns>
    public string? Read(string token)
    {
        try
        {
            // Mail programs take what ends a sentence for a part of the link.
            return Encoding.UTF8.GetString(protector.Unprotect(WebEncoders.Base64UrlDecode(token.TrimEnd(OfASentence))));
        }
        catch (Exception e) when (e is CryptographicException or FormatException)
        {
            return null;
        }
    }

    /// <summary>Whether they have TLS.</summary>
    public bool AreSecure => begin?.StartsWith("https:", StringComparison.Ordinal) == true;

    /// <summary>The address that stands in a message; null for none.</summary>
    public string? FindIn(string text)
    {
        if (begin is null || text.IndexOf(begin, StringComparison.Ordinal) is not (var at and >= 0))
        {
            return null;
        }

        var token = text.AsSpan(at + begin.Length);
        var end = token.IndexOfAnyExcept(TokenLetters);
        return text.Substring(at, begin.Length + (end < 0 ? token.Length : end));
    }

    [GeneratedRegex(@"\{\{\s*unsubscribeUrl\s*(\|[^}]*)?\}\}(?=[\w{/%-])")]
    private static partial Regex Glued();
}
