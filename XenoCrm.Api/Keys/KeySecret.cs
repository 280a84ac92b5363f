using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;

namespace XenoCrm.Api.Keys;

/// <summary>
/// The keys that are made here: <c>xenocrm_</c>, by which secret scanners know them, and 256 random bits in base64url. With
/// so many, a plain SHA-256 is as good as a slow hash: there is nothing to guess.
/// </summary>
internal static class KeySecret
{
    public const string Prefix = "xenocrm_";

    private const int Bytes = 32;

    private static readonly int Length = Prefix.Length + Base64Url.GetEncodedLength(Bytes);

    public static string Create() => Prefix + Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(Bytes));

    /// <summary>Whether it could be one of ours, so that the store is worth asking.</summary>
    public static bool IsOurs(string key) => key.Length == Length && key.StartsWith(Prefix, StringComparison.Ordinal);

    public static byte[] Hash(string key) => SHA256.HashData(Encoding.UTF8.GetBytes(key));

    /// <summary>In constant time.</summary>
    public static bool IsHash(ReadOnlySpan<byte> hash, string hexadecimal) =>
        CryptographicOperations.FixedTimeEquals(hash, Convert.FromHexString(hexadecimal));
}
