using XenoCrm.VendorSimulator.Http;

namespace XenoCrm.VendorSimulator.Receipts;

/// <summary>A body of receipts on its way to one URL.</summary>
/// <param name="Id">Its number.</param>
/// <param name="Url">Where it is posted.</param>
/// <param name="Traceparent">The send request of its first receipt, if that belonged to a trace.</param>
/// <param name="Links">The other send requests, all of the same trace.</param>
/// <param name="Receipts">How many receipts are in it.</param>
/// <param name="Attempts">How often it was tried.</param>
/// <param name="CreatedAt">When it was first due.</param>
/// <param name="Body">The JSON.</param>
internal sealed record Callback(
    long Id,
    string Url,
    string? Traceparent,
    IReadOnlyList<string> Links,
    int Receipts,
    int Attempts,
    DateTimeOffset CreatedAt,
    byte[] Body);

/// <summary>What is put on the wire.</summary>
/// <param name="Id">The <c>webhook-id</c>, the same in every attempt.</param>
/// <param name="Body">The JSON.</param>
/// <param name="Signature">Who signs it.</param>
internal sealed record Posting(string Id, byte[] Body, WebhookSignature Signature);
