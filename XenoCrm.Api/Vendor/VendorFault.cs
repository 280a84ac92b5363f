using System.Net;
using System.Text.Json;

namespace XenoCrm.Api.Vendor;

/// <summary>What goes wrong between us and a vendor, in words that name nobody.</summary>
internal static class VendorFault
{
    private const int MaxLength = 200;

    /// <summary>A time-out is a cancellation that is not ours; JSON that does not parse is a vendor gone mad.</summary>
    public static bool IsTransport(Exception e, CancellationToken cancellationToken) =>
        e is HttpRequestException or JsonException or IOException or NotSupportedException
        || (e is OperationCanceledException && !cancellationToken.IsCancellationRequested);

    public static bool IsBeforeSending(Exception e) => e is HttpRequestException
    {
        HttpRequestError: HttpRequestError.NameResolutionError or HttpRequestError.ConnectionError
            or HttpRequestError.SecureConnectionError or HttpRequestError.ProxyTunnelError
    };

    /// <summary>
    /// Whether it may have what it was sent. 503 is the one 5xx that a vendor gives of itself before it takes anything; others may come
    /// from something in between.
    /// </summary>
    public static bool IsMaybeHanded(HttpStatusCode status) => (int)status >= 500 && status != HttpStatusCode.ServiceUnavailable;

    public static string Describe(HttpStatusCode status) => $"the vendor answered {(int)status}";

    public static string Describe(Exception e) => e switch
    {
        OperationCanceledException => "the vendor did not answer in time",
        JsonException or NotSupportedException => "the vendor's answer is not the JSON that it should be",
        HttpRequestException { HttpRequestError: HttpRequestError.NameResolutionError } => "the vendor's host name is not known",
        HttpRequestException { HttpRequestError: HttpRequestError.SecureConnectionError } =>
            "no secure connection to the vendor came about",
        HttpRequestException { HttpRequestError: HttpRequestError.ConnectionError or HttpRequestError.ProxyTunnelError } =>
            "the vendor cannot be reached",
        _ => "the connection to the vendor broke off",
    };

    /// <summary>The vendor's own words, cut, without addresses and numbers.</summary>
    public static string? Words(string? text)
    {
        var kept = text is null ? null : VendorText.WithoutAddresses(text);
        return kept is { Length: > MaxLength } ? kept[..MaxLength] : kept;
    }
}
