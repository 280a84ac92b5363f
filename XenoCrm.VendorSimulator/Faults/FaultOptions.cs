using System.ComponentModel.DataAnnotations;
using System.Text.Json;

namespace XenoCrm.VendorSimulator.Faults;

/// <summary>All that can go wrong on purpose. What is not named is off. <c>docs/vendor.md</c> tells what each does.</summary>
internal sealed record FaultOptions
{
    public Contradictions Contradictions { get; init; } = new();

    public Duplicates Duplicates { get; init; } = new();

    public Reordering Reordering { get; init; } = new();

    public Late Late { get; init; } = new();

    public Lost Lost { get; init; } = new();

    public Slow Slow { get; init; } = new();

    public RateLimits RateLimits { get; init; } = new();

    public ServerErrors ServerErrors { get; init; } = new();

    public Timeouts Timeouts { get; init; } = new();

    public CutAnswers CutAnswers { get; init; } = new();

    public ReceiptsFirst ReceiptsFirst { get; init; } = new();

    public WrongSignatures WrongSignatures { get; init; } = new();

    public UnknownMessages UnknownMessages { get; init; } = new();

    // In the order in which they act on a message: a contradiction is repeated with the rest, the lost are lost whatever else.
    internal ReceiptFault[] OfReceipts() => [Contradictions, Duplicates, Reordering, Late, Lost];

    // The last is the outermost: a request that is refused is not slow.
    internal SendFault[] OfSends() => [ReceiptsFirst, CutAnswers, Timeouts, Slow, ServerErrors, RateLimits];

    internal Forgery[] Forgeries() => [WrongSignatures, UnknownMessages];

    /// <summary>Field (<c>late.rate</c>) and what it should have been.</summary>
    internal IEnumerable<(string Field, string Message)> Errors()
    {
        foreach (var fault in (Fault[])[.. OfReceipts(), .. OfSends(), .. Forgeries()])
        {
            var results = new List<ValidationResult>();
            Validator.TryValidateObject(fault, new ValidationContext(fault), results, validateAllProperties: true);
            foreach (var result in results)
            {
                yield return ($"{Json(fault.GetType().Name)}.{Json(result.MemberNames.Single())}", result.ErrorMessage!);
            }
        }

        static string Json(string name) => JsonNamingPolicy.CamelCase.ConvertName(name);
    }
}
