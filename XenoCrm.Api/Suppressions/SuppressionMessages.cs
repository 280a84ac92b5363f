using XenoCrm.Core.Suppressions;

namespace XenoCrm.Api.Suppressions;

/// <param name="Address">An e-mail address or a telephone number.</param>
/// <param name="Reason"><c>manual</c> (as without it), <c>unsubscribed</c>, <c>bounced</c> or <c>complaint</c>.</param>
public sealed record SuppressionRequest(string Address, string? Reason);

/// <param name="Address">An e-mail address or a telephone number.</param>
public sealed record AddressRequest(string Address);

/// <summary>An address on the list, of which the address itself is not kept.</summary>
/// <param name="Id">The beginning of the address's hash.</param>
/// <param name="Kind"><c>email</c> or <c>phone</c>.</param>
/// <param name="By">An e-mail address, <c>key:NAME</c>, or <c>erasure</c>: it was that of an unsubscribed customer who was erased.</param>
public sealed record SuppressionResponse(string Id, string Kind, string Reason, DateTimeOffset At, string By)
{
    internal static SuppressionResponse Of(Suppression entry) =>
        new(entry.Id, SuppressionInput.Word(entry.Kind), SuppressionInput.Word(entry.Reason), entry.At, entry.By);
}

/// <param name="Suppressed">Whether the address is on the list.</param>
/// <param name="Entry">Null if it is not.</param>
public sealed record SuppressionCheck(bool Suppressed, SuppressionResponse? Entry);
