using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace XenoCrm.VendorSimulator.Http;

/// <summary>
/// Standard Webhooks: <c>webhook-signature: v1,BASE64</c> with the HMAC-SHA256 of <c>id.timestamp.body</c>, the timestamp in
/// Unix seconds. While a secret rotates there are several, separated by blanks; one that fits is enough.
/// </summary>
/// <param name="secrets">The newest first; all of them sign.</param>
internal sealed class WebhookSignature(IReadOnlyList<byte[]> secrets)
{
    public const string IdHeader = "webhook-id";
    public const string TimestampHeader = "webhook-timestamp";
    public const string SignatureHeader = "webhook-signature";

    /// <summary>How far a timestamp may be from this machine's clock, either way.</summary>
    public static readonly TimeSpan Tolerance = TimeSpan.FromSeconds(300);

    private const string Version = "v1,";

    public string Sign(string id, long timestamp, ReadOnlySpan<byte> body)
    {
        var content = Content(id, timestamp.ToString(CultureInfo.InvariantCulture), body);
        return string.Join(' ', secrets.Select(secret => Version + Convert.ToBase64String(HMACSHA256.HashData(secret, content))));
    }

    /// <summary>Null if the signature is right, else what is wrong with it.</summary>
    public string? Fault(string id, string timestamp, string signatures, ReadOnlySpan<byte> body, DateTimeOffset now)
    {
        if (id.Length == 0 || timestamp.Length == 0 || signatures.Length == 0)
        {
            return $"A signed request has all three headers: {IdHeader}, {TimestampHeader}, {SignatureHeader}.";
        }

        if (!long.TryParse(timestamp, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds))
        {
            return $"{TimestampHeader} must be Unix seconds.";
        }

        if (Math.Abs(now.ToUnixTimeSeconds() - seconds) > Tolerance.TotalSeconds)
        {
            return $"{TimestampHeader} is more than {Tolerance.TotalSeconds} s from the vendor's clock. "
                + "Sign anew, with the time of the attempt.";
        }

        var content = Content(id, timestamp, body);
        var given = signatures.Split(' ', StringSplitOptions.RemoveEmptyEntries)
            .Where(signature => signature.StartsWith(Version, StringComparison.Ordinal))
            .Select(signature => Encoding.ASCII.GetBytes(signature[Version.Length..]))
            .ToArray();
        var right = secrets.Select(secret => Encoding.ASCII.GetBytes(Convert.ToBase64String(HMACSHA256.HashData(secret, content))));
        return right.Any(expected => given.Any(signature => CryptographicOperations.FixedTimeEquals(signature, expected)))
            ? null
            : $"{SignatureHeader} does not fit: it is \"v1,\" and the base64 of HMAC-SHA256 over id.timestamp.body, "
                + "with the shared secret.";
    }

    private static byte[] Content(string id, string timestamp, ReadOnlySpan<byte> body) =>
        [.. Encoding.UTF8.GetBytes($"{id}.{timestamp}."), .. body];
}
