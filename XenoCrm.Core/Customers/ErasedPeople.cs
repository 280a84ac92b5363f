using System.Security.Cryptography;
using System.Text;
using XenoCrm.Core.Rows;
using XenoCrm.Core.Text;

namespace XenoCrm.Core.Customers;

/// <summary>
/// Who was erased after something of theirs was read, a file or a campaign's audience: their rows stay out, whatever they name them by.
/// </summary>
/// <param name="ids">The customers' ids.</param>
/// <param name="emailHashes">See <see cref="HashOf"/>.</param>
public sealed class ErasedPeople(IReadOnlySet<string> ids, IReadOnlySet<string> emailHashes)
{
    /// <summary>How long an erasure is remembered. No file waits that long to be imported.</summary>
    public static readonly TimeSpan Memory = TimeSpan.FromDays(7);

    private static readonly FieldError Refusal = new("row", "This person was erased after the file was uploaded.");

    public bool IsEmpty => ids.Count == 0;

    public bool Includes(string customerId) => ids.Contains(customerId);

    /// <summary>The address itself is not kept.</summary>
    public static string HashOf(string email) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(TextKey.Of(email))));

    /// <summary>Why a row that names a person in one or both of these ways stays out, or null.</summary>
    public FieldError? RefusalOf(string? customerId, string? email) =>
        !IsEmpty
            && ((customerId is not null && ids.Contains(customerId))
            || (!string.IsNullOrEmpty(email) && emailHashes.Contains(HashOf(email))))
            ? Refusal
            : null;
}
