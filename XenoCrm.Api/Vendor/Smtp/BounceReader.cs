using System.Text.RegularExpressions;
using MimeKit;
using XenoCrm.Core.Campaigns;
using XenoCrm.Core.Receipts;

namespace XenoCrm.Api.Vendor.Smtp;

/// <summary>
/// Reads a bounce, a delivery status notification (RFC 3464) as mail servers send it:
/// <code>
/// multipart/report; report-type=delivery-status
///   text/plain                 for people, not read
///   message/delivery-status    Final-Recipient, Action: failed, Status: 5.1.1
///   text/rfc822-headers        or message/rfc822: what came back, with our Message-ID
/// </code>
/// </summary>
internal static partial class BounceReader
{
    private const string NotOurs = "bounce: it names no message of ours.";

    // RFC 3463: what the second number speaks of.
    private static readonly string[] Subjects =
        ["other", "address", "mailbox", "mail system", "network", "protocol", "content", "policy"];

    // Where the address is that the bounce came to, with our id in it.
    private static readonly string[] AddressHeaders = ["Delivered-To", "X-Original-To", "X-Envelope-To", "To"];

    public static ReceiptReading Read(ReadOnlySpan<byte> body)
    {
        using var stream = new MemoryStream(body.ToArray());
        MimeMessage letter;
        try
        {
            letter = MimeMessage.Load(stream);
        }
        catch (FormatException)
        {
            return new ReceiptReading([], [], "A message in the form of RFC 5322 was expected, as the mail server got it.");
        }

        // What else comes to the address, an absence note above all, says nothing of a delivery.
        if (letter.BodyParts.OfType<MessageDeliveryStatus>().FirstOrDefault() is not { } report
            || Failure(report.StatusGroups) is not { } failure)
        {
            return new ReceiptReading([], [], null);
        }

        var (messageId, envelopeId) = (ReturnedId(letter), report.StatusGroups.FirstOrDefault()?["Original-Envelope-Id"]);
        return (IdIn(messageId) ?? IdIn(envelopeId) ?? AddressId(letter) ?? AnsweredId(letter)) is { } id
            ? new ReceiptReading([new Receipt(id, messageId is null ? id : Cut(messageId), DeliveryStatus.Failed, failure, null)], [], null)
            : new ReceiptReading([], [new RejectedReceipt(null, null, NotOurs)], null);
    }

    /// <summary>Why it failed; null if it has not, or not yet.</summary>
    private static string? Failure(HeaderListCollection groups)
    {
        foreach (var group in groups)
        {
            if (group["Action"]?.Trim().Equals("failed", StringComparison.OrdinalIgnoreCase) == true)
            {
                return Status().Match(group["Status"] ?? "") is { Success: true } status
                    ? $"bounced {status.Value} ({Subject(status.Groups["subject"].Value)})"
                    : "bounced";
            }
        }

        return null;
    }

    private static string Subject(string digits) =>
        int.TryParse(digits, out var subject) && subject < Subjects.Length ? Subjects[subject] : Subjects[0];

    /// <summary>The Message-ID of what came back, whole or its heads alone.</summary>
    private static string? ReturnedId(MimeMessage letter) =>
        letter.BodyParts.OfType<MessagePart>().Select(returned => returned.Message?.MessageId).FirstOrDefault(id => id is not null);

    // VERP: bounces+{{id}}@shop.example.
    private static string? AddressId(MimeMessage letter) =>
        AddressHeaders.Select(name => IdIn(letter.Headers[name])).FirstOrDefault(id => id is not null);

    private static string? AnsweredId(MimeMessage letter) =>
        IdIn(letter.InReplyTo) ?? letter.References.Select(IdIn).FirstOrDefault(id => id is not null);

    private static string? IdIn(string? text) => text is not null && Id().Match(text) is { Success: true } match ? match.Value : null;

    private static string Cut(string text) => ReceiptText.IsIdentifier(text) ? text : IdIn(text)!;

    [GeneratedRegex(@"(test-)?[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}(~[1-9][0-9]{0,5})?")]
    private static partial Regex Id();

    [GeneratedRegex(@"[245]\.(?<subject>[0-9]{1,3})\.[0-9]{1,3}")]
    private static partial Regex Status();
}
