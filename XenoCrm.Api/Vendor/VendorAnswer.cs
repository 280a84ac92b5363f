using System.Text.Json.Serialization;
using XenoCrm.Core.Campaigns;

namespace XenoCrm.Api.Vendor;

/// <summary>One message of a batch, as the vendor wants it.</summary>
internal sealed record VendorMessage(string Id, string Recipient, string Text)
{
    /// <summary>The ids of messages of no campaign begin with this.</summary>
    public const string TestPrefix = "test-";

    /// <summary>For the head of an e-mail; null for none.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyDictionary<string, string>? Headers { get; init; }

    /// <summary>The campaign's name, for vendors whose messages have a subject.</summary>
    [JsonIgnore]
    public string? Subject { get; init; }
}

/// <summary>What the vendor made of a batch.</summary>
internal abstract record SendAnswer
{
    /// <summary>The vendor's ids by ours. A message that is missing was not accepted.</summary>
    public sealed record Accepted(IReadOnlyDictionary<string, string> VendorMessageIds) : SendAnswer;

    /// <summary>It will not have the batch as it is, for a message's own sake; the same again would be refused again.</summary>
    public sealed record Rejected(string Reason) : SendAnswer;

    /// <summary>
    /// It did not answer, or said nothing about the messages: it is away, which is no try of any of them. With
    /// <paramref name="MaybeHanded"/> it may have the batch all the same. The same ids again are safe.
    /// </summary>
    public sealed record Unavailable(string Reason, TimeSpan? RetryAfter, bool MaybeHanded) : SendAnswer;

    /// <summary>
    /// Of a vendor that takes messages one by one: what came of each, by our id. One that is missing was not begun. With
    /// <paramref name="Away"/> the vendor went away meanwhile.
    /// </summary>
    public sealed record OneByOne(IReadOnlyDictionary<string, MessageAnswer> Answers, Unavailable? Away) : SendAnswer;
}

/// <summary>What the vendor made of one message.</summary>
internal abstract record MessageAnswer
{
    public sealed record Accepted(string VendorMessageId) : MessageAnswer;

    /// <summary>It will not have this message; the same again would be refused again.</summary>
    public sealed record Refused(string Reason) : MessageAnswer;

    /// <summary>It did not take this message, and may after a while.</summary>
    public sealed record Later(string Reason, TimeSpan After) : MessageAnswer;

    /// <summary>Lost sight of on the way: the vendor may have it.</summary>
    public sealed record Lost(string Reason) : MessageAnswer;
}

/// <summary>What the vendor says became of one message.</summary>
internal abstract record AskAnswer
{
    public sealed record Known(string VendorMessageId, DeliveryStatus Status, string? Reason) : AskAnswer;

    public sealed record Unknown : AskAnswer;

    public sealed record Unavailable(string Reason, TimeSpan? RetryAfter) : AskAnswer;

    /// <summary>This vendor cannot be asked.</summary>
    public sealed record CannotTell : AskAnswer;
}
