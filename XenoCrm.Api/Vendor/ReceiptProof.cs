using System.ComponentModel.DataAnnotations;
using System.Security.Cryptography;
using System.Text;

namespace XenoCrm.Api.Vendor;

internal enum ProofKind
{
    /// <summary>A header with an HMAC over the raw body.</summary>
    Hmac,

    /// <summary>A header with the secret itself.</summary>
    Token,

    /// <summary>HTTP Basic.</summary>
    Basic,
}

internal enum ProofHash
{
    Sha256,
    Sha1,
    Sha512,
}

internal enum ProofEncoding
{
    Hex,
    Base64,
}

/// <summary>How a callback shows whom it comes from.</summary>
internal class ReceiptProofOptions
{
    /// <summary>Default <c>Token</c>.</summary>
    [EnumDataType(typeof(ProofKind))]
    public ProofKind Verify { get; set; } = ProofKind.Token;

    /// <summary>The key of the HMAC, the token, or the password. Default none: nothing is taken.</summary>
    public string? Secret { get; set => field = Setting.OrNone(value); }

    /// <summary>The header with the HMAC or the token.</summary>
    public string? Header { get; set => field = Setting.OrNone(value); }

    /// <summary>What stands before it in the header: <c>sha256=</c>, <c>Bearer </c>.</summary>
    public string? Prefix { get; set => field = Setting.OrNone(value); }

    /// <summary>Of an HMAC. Default <c>Sha256</c>.</summary>
    [EnumDataType(typeof(ProofHash))]
    public ProofHash Algorithm { get; set; } = ProofHash.Sha256;

    /// <summary>Of an HMAC. Default <c>Hex</c>.</summary>
    [EnumDataType(typeof(ProofEncoding))]
    public ProofEncoding Encoding { get; set; } = ProofEncoding.Hex;

    /// <summary>The name of HTTP Basic.</summary>
    public string? User { get; set => field = Setting.OrNone(value); }

    public bool IsSet => !string.IsNullOrEmpty(Secret);
}

/// <param name="options">What is configured.</param>
/// <param name="path">Where, for people: <c>Vendors:Email:Smtp:Bounces</c>.</param>
internal sealed class ReceiptProof(ReceiptProofOptions options, string path)
{
    /// <summary>What is asked of a token or password that somebody makes up.</summary>
    public const int MinTokenLength = 24;

    /// <summary>Null if the callback has the secret; else what is wrong, for the caller to read.</summary>
    public string? Refusal(IHeaderDictionary headers, ReadOnlySpan<byte> body)
    {
        if (!options.IsSet)
        {
            return $"Nothing is taken here until {path}:Secret is set.";
        }

        var secret = System.Text.Encoding.UTF8.GetBytes(options.Secret!);
        if (options.Verify == ProofKind.Basic)
        {
            var known = "Basic " + Convert.ToBase64String([.. System.Text.Encoding.UTF8.GetBytes(options.User + ":"), .. secret]);
            return IsSame(headers.Authorization.ToString(), known) ? null : "The user and password of HTTP Basic are not those known here.";
        }

        var given = headers[options.Header!].ToString();
        var prefix = options.Prefix ?? "";
        if (!given.StartsWith(prefix, StringComparison.Ordinal) || given.Length == prefix.Length)
        {
            return $"The header {options.Header} is needed{(prefix.Length > 0 ? $", beginning with {prefix}" : "")}.";
        }

        given = given[prefix.Length..];
        return options.Verify == ProofKind.Token
            ? IsSame(given, options.Secret!) ? null : $"The header {options.Header} has not the token that is known here."
            : IsSigned(given, secret, body) ? null
            : $"The header {options.Header} is no signature of this body by the secret that is known here.";
    }

    private bool IsSigned(string given, byte[] secret, ReadOnlySpan<byte> body)
    {
        var own = options.Algorithm switch
        {
            ProofHash.Sha256 => HMACSHA256.HashData(secret, body),
            ProofHash.Sha512 => HMACSHA512.HashData(secret, body),
#pragma warning disable CA5350 // Vendors' choice; as a key of an HMAC it still holds.
            _ => HMACSHA1.HashData(secret, body),
#pragma warning restore CA5350
        };
        Span<byte> bytes = stackalloc byte[own.Length];
        var isRead = options.Encoding == ProofEncoding.Base64
            ? Convert.TryFromBase64String(given, bytes, out var written) && written == own.Length
            : given.Length == 2 * own.Length
                && Convert.FromHexString(given, bytes, out _, out _) == System.Buffers.OperationStatus.Done;
        return isRead && CryptographicOperations.FixedTimeEquals(bytes, own);
    }

    // Of hashes, so that the time tells nothing of the length either.
    private static bool IsSame(string given, string known) => CryptographicOperations.FixedTimeEquals(
        SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(given)), SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(known)));
}
