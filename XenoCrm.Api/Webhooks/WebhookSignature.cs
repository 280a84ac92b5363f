using System.Buffers;
using System.Globalization;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;

namespace XenoCrm.Api.Webhooks;

/// <summary>
/// Signs what goes to the vendor and verifies what comes from it, in the manner of Standard Webhooks:
/// <code>
/// webhook-id:        018f…                      the message's own id, the same in each repetition
/// webhook-timestamp: 1795338000                 Unix seconds at this attempt
/// webhook-signature: v1,K5oZ…= v1,9nQx…=        base64(HMAC-SHA256(secret, "id.timestamp.rawbody")), one a secret
/// </code>
/// </summary>
/// <param name="secrets">The active secrets, the newest first: all of them sign, any of them verifies, so that one can rotate.</param>
/// <param name="time">Tells how old a signature is.</param>
internal sealed class WebhookSignature(IReadOnlyList<byte[]> secrets, TimeProvider time)
{
    public const string IdHeader = "webhook-id";
    public const string TimestampHeader = "webhook-timestamp";
    public const string SignatureHeader = "webhook-signature";

    /// <summary>How far a timestamp may be from now, either way.</summary>
    public const int ToleranceSeconds = 300;

    private const int MaxIdLength = 256;
    private const int MaxSignatures = 16;
    private const string Version = "v1,";

    // "id.timestamp." before the body: a long has 20 characters at most.
    private const int MaxPrefixLength = MaxIdLength + 1 + 20 + 1;

    /// <summary>Puts the three headers on a request that carries <paramref name="body"/>, with the present time.</summary>
    /// <param name="headers">The request's.</param>
    /// <param name="id">The message's id: printable ASCII without blanks, at most 256 characters; the same when the message is sent
    /// again.</param>
    /// <param name="body">The exact bytes that are sent.</param>
    public void Sign(HttpRequestHeaders headers, string id, ReadOnlySpan<byte> body)
    {
        var timestamp = time.GetUtcNow().ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);
        headers.Add(IdHeader, id);
        headers.Add(TimestampHeader, timestamp);
        headers.Add(SignatureHeader, Sign(id, timestamp, body));
    }

    /// <summary>The value of <c>webhook-signature</c>.</summary>
    public string Sign(string id, string timestamp, ReadOnlySpan<byte> body)
    {
        if (!IsId(id))
        {
            throw new ArgumentException("A webhook's id is printable ASCII without blanks, at most 256 characters.", nameof(id));
        }

        var signed = Concatenate(id, timestamp, body, out var length);
        try
        {
            var values = new string[secrets.Count];
            for (var i = 0; i < values.Length; i++)
            {
                values[i] = Version + Convert.ToBase64String(HMACSHA256.HashData(secrets[i], signed.AsSpan(0, length)));
            }

            return string.Join(' ', values);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(signed);
        }
    }

    /// <summary>
    /// Null if <paramref name="body"/> comes from somebody who has one of the secrets; else what is wrong, for the caller to read.
    /// </summary>
    public string? Refusal(IHeaderDictionary headers, ReadOnlySpan<byte> body)
    {
        var id = headers[IdHeader].ToString();
        var timestamp = headers[TimestampHeader].ToString();
        var signatures = headers[SignatureHeader].ToString();
        if (id.Length == 0 || timestamp.Length == 0 || signatures.Length == 0)
        {
            return "The headers webhook-id, webhook-timestamp and webhook-signature are all needed.";
        }

        if (!IsId(id))
        {
            return "webhook-id must be printable ASCII without blanks, at most 256 characters.";
        }

        if (!long.TryParse(timestamp, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds))
        {
            return "webhook-timestamp must be Unix time in whole seconds.";
        }

        if (time.GetUtcNow().ToUnixTimeSeconds() - seconds is > ToleranceSeconds or < -ToleranceSeconds)
        {
            return "webhook-timestamp is more than 300 seconds from now. Sign each attempt anew, and check the clock.";
        }

        return IsSigned(id, timestamp, signatures, body)
            ? null
            : "webhook-signature has no signature of this body by a secret that is known here.";
    }

    private bool IsSigned(string id, string timestamp, string signatures, ReadOnlySpan<byte> body)
    {
        // Each secret's own signature is computed once; what was sent is compared with all of them, in constant time.
        Span<byte> given = stackalloc byte[HMACSHA256.HashSizeInBytes];
        Span<byte> own = secrets.Count <= 4
            ? stackalloc byte[4 * HMACSHA256.HashSizeInBytes]
            : new byte[secrets.Count * HMACSHA256.HashSizeInBytes];
        var signed = Concatenate(id, timestamp, body, out var length);
        for (var i = 0; i < secrets.Count; i++)
        {
            HMACSHA256.HashData(
                secrets[i], signed.AsSpan(0, length), own.Slice(i * HMACSHA256.HashSizeInBytes, HMACSHA256.HashSizeInBytes));
        }

        ArrayPool<byte>.Shared.Return(signed);

        var found = false;
        var read = 0;
        foreach (var range in signatures.AsSpan().Split(' '))
        {
            if (++read > MaxSignatures)
            {
                break;
            }

            if (!TryDecode(signatures.AsSpan(range), given))
            {
                continue;
            }

            for (var i = 0; i < secrets.Count; i++)
            {
                found |= CryptographicOperations.FixedTimeEquals(
                    given, own.Slice(i * HMACSHA256.HashSizeInBytes, HMACSHA256.HashSizeInBytes));
            }
        }

        return found;
    }

    // A signature of another version is passed over, as the standard asks.
    private static bool TryDecode(ReadOnlySpan<char> signature, Span<byte> hash) =>
        signature.StartsWith(Version, StringComparison.Ordinal)
        && Convert.TryFromBase64Chars(signature[Version.Length..], hash, out var written)
        && written == hash.Length;

    private static bool IsId(string id) => id.Length is > 0 and <= MaxIdLength && id.All(c => c is > ' ' and <= '~');

    private static byte[] Concatenate(string id, string timestamp, ReadOnlySpan<byte> body, out int length)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(MaxPrefixLength + body.Length);
        length = Encoding.ASCII.GetBytes(id, buffer);
        buffer[length++] = (byte)'.';
        length += Encoding.ASCII.GetBytes(timestamp, buffer.AsSpan(length));
        buffer[length++] = (byte)'.';
        body.CopyTo(buffer.AsSpan(length));
        length += body.Length;
        return buffer;
    }
}
