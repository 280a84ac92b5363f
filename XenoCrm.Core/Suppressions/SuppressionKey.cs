using System.Security.Cryptography;
using System.Text;
using XenoCrm.Core.Customers;

namespace XenoCrm.Core.Suppressions;

/// <summary>
/// What makes a hash of an address: HMAC-SHA256 under a key that is made once for a store and kept in it. Without the key nobody finds out
/// by trying whether an address is on a list, or that two stores have the same one.
/// </summary>
/// <param name="base64">As the store keeps it.</param>
public sealed class SuppressionKey(string base64)
{
    private const int Bytes = 32;

    private readonly byte[] key = Convert.FromBase64String(base64);

    /// <summary>A key for a new store, in Base64.</summary>
    public static string Create() => Convert.ToBase64String(RandomNumberGenerator.GetBytes(Bytes));

    /// <summary>64 hexadecimal digits.</summary>
    public string HashOf(ContactAddress address)
    {
        var kind = address.Kind == AddressKind.Email ? "email" : "phone";
        return Convert.ToHexStringLower(HMACSHA256.HashData(key, Encoding.UTF8.GetBytes($"{kind}:{address.Form}")));
    }
}
