using System.ComponentModel.DataAnnotations;

namespace XenoCrm.Api.Limits;

/// <summary>
/// How much one caller may ask for. A rate is requests a second in the long run, a burst is what may come at once after a
/// pause. Each process of the API counts for itself.
/// </summary>
public sealed class LimitOptions
{
    public const string Section = "Limits";

    private const int Most = 1_000_000;

    /// <summary>Of a signed-in person. 500 a second by default, 10,000 at once: programs may hold a session too.</summary>
    [Range(1, Most)]
    public int UserRate { get; init; } = 500;

    /// <inheritdoc cref="UserRate"/>
    [Range(1, Most)]
    public int UserBurst { get; init; } = 10_000;

    /// <summary>Of an API key. 1,000 a second by default, 10,000 at once.</summary>
    [Range(1, Most)]
    public int KeyRate { get; init; } = 1_000;

    /// <inheritdoc cref="KeyRate"/>
    [Range(1, Most)]
    public int KeyBurst { get; init; } = 10_000;

    /// <summary>Of one network address in signing in. 2 a second by default, 120 at once: an office behind one address.</summary>
    [Range(1, Most)]
    public int SignInRate { get; init; } = 2;

    /// <inheritdoc cref="SignInRate"/>
    [Range(1, Most)]
    public int SignInBurst { get; init; } = 120;

    /// <summary>Of one network address that is not signed in, wrong API keys included. 50 a second by default, 500 at once.</summary>
    [Range(1, Most)]
    public int AddressRate { get; init; } = 50;

    /// <inheritdoc cref="AddressRate"/>
    [Range(1, Most)]
    public int AddressBurst { get; init; } = 500;

    /// <summary>The vendor's calls that are worked on at a time: 64 by default, each with up to 1 MiB of body.</summary>
    [Range(1, 10_000)]
    public int Receipts { get; init; } = 64;

    /// <summary>The vendor's calls that wait for their turn: 1,000 by default. More are told to come back.</summary>
    [Range(0, 100_000)]
    public int ReceiptQueue { get; init; } = 1_000;
}
