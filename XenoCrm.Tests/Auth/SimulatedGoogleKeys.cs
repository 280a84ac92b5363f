using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace XenoCrm.Tests.Auth;

/// <summary>The key that a simulated Google signs its tokens with and publishes.</summary>
internal sealed class SimulatedGoogleKeys
{
    private static readonly RSA First = RSA.Create(2048);

    public string Id { get; private set; } = "key-1";

    public RSA Key { get; private set; } = First;

    /// <summary>A JSON Web Key Set (RFC 7517).</summary>
    public string Document
    {
        get
        {
            var key = Key.ExportParameters(includePrivateParameters: false);
            var published =
                new
                {
                    kty = "RSA",
                    use = "sig",
                    alg = "RS256",
                    kid = Id,
                    n = Base64Url.EncodeToString(key.Modulus),
                    e = Base64Url.EncodeToString(key.Exponent)
                };
            return JsonSerializer.Serialize(new { keys = new[] { published } });
        }
    }

    /// <summary>A new key takes over, and the one before is withdrawn.</summary>
    public void Replace() => (Id, Key) = (Id + "-next", RSA.Create(2048));

    public string Sign(JsonObject claims) => Sign(claims, Id, Key);

    public static string Sign(JsonObject claims, string keyId, RSA key) =>
        Token("RS256", keyId, claims, text => key.SignData(text, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1));

    /// <summary>A JSON Web Token (RFC 7519) in its compact form.</summary>
    public static string Token(string algorithm, string keyId, JsonObject claims, Func<byte[], byte[]> sign)
    {
        var text = Encode(new JsonObject { ["alg"] = algorithm, ["kid"] = keyId, ["typ"] = "JWT" }) + "." + Encode(claims);
        return text + "." + Base64Url.EncodeToString(sign(Encoding.ASCII.GetBytes(text)));
    }

    public static string Encode(JsonObject json) => Base64Url.EncodeToString(Encoding.UTF8.GetBytes(json.ToJsonString()));
}
