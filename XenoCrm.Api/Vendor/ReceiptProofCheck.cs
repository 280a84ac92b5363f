using System.Text.RegularExpressions;

namespace XenoCrm.Api.Vendor;

/// <summary>What cannot be right of how a callback shows whom it comes from, a sentence each.</summary>
internal static partial class ReceiptProofCheck
{
    public static IEnumerable<string> Faults(ReceiptProofOptions proof, string path)
    {
        if (!proof.IsSet)
        {
            yield break;
        }

        if (proof.Verify != ProofKind.Basic && (proof.Header is null || !IsHeaderName(proof.Header)))
        {
            yield return $"{path}:Header is not the name of a header. Set it to the one that has the "
                + $"{(proof.Verify == ProofKind.Hmac ? "signature" : "token")}.";
        }

        if (proof.Verify == ProofKind.Basic && string.IsNullOrEmpty(proof.User))
        {
            yield return $"{path}:User is not set. With {path}:Verify=Basic it is the name that the vendor signs in with.";
        }

        if (proof.Verify != ProofKind.Hmac && proof.Secret!.Length < ReceiptProof.MinTokenLength)
        {
            yield return $"{path}:Secret has fewer than {ReceiptProof.MinTokenLength} characters. Make one with: openssl rand -hex 32";
        }
    }

    public static bool IsHeaderName(string text) => HeaderName().IsMatch(text);

    [GeneratedRegex("^[A-Za-z0-9!#$%&'*+.^_`|~-]+$")]
    private static partial Regex HeaderName();
}
