using System.Buffers;
using MimeKit;
using XenoCrm.Core.Text;

namespace XenoCrm.Api.Vendor.Smtp;

/// <summary>Makes e-mails of messages, and knows them again by what a bounce brings back.</summary>
/// <param name="options">Right, as <see cref="SmtpCheck"/> says.</param>
/// <param name="subject">Instead of the campaign's name.</param>
/// <param name="time">The clock.</param>
internal sealed class SmtpLetter(SmtpOptions options, string? subject, TimeProvider time)
{
    private static readonly SearchValues<char> NotInAddress = SearchValues.Create(" \t\r\n<>,;:\"()[]\\\0");

    private readonly MailboxAddress from = MailboxAddress.Parse(options.From!);
    private readonly MailboxAddress? replyTo = options.ReplyTo is { } address ? MailboxAddress.Parse(address) : null;
    private readonly string envelope = options.EnvelopeFrom ?? MailboxAddress.Parse(options.From!).Address;

    /// <summary>Null if mail cannot be sent to that.</summary>
    public static MailboxAddress? Recipient(string address) =>
        !address.AsSpan().ContainsAny(NotInAddress) && MailboxAddress.TryParse(address, out var mailbox)
        && mailbox.Address == address && mailbox.Domain.Length > 0
            ? new MailboxAddress("", address)
            : null;

    /// <summary>Where a bounce of this message goes.</summary>
    public MailboxAddress Envelope(VendorMessage message) =>
        new("", envelope.Replace("{{id}}", message.Id, StringComparison.Ordinal));

    /// <summary>The message's id between the brackets.</summary>
    public string MessageIdOf(VendorMessage message) => $"{message.Id}@{from.Domain}";

    public MimeMessage Of(VendorMessage message, MailboxAddress to)
    {
        var letter = new MimeMessage
        {
            Subject = Line(subject ?? message.Subject ?? ""),
            Date = time.GetUtcNow(),
            MessageId = MessageIdOf(message),
            Body = new TextPart("plain") { Text = message.Text },
        };
        letter.From.Add(from);
        letter.To.Add(to);
        if (replyTo is not null)
        {
            letter.ReplyTo.Add(replyTo);
        }

        foreach (var (name, value) in message.Headers ?? new Dictionary<string, string>())
        {
            letter.Headers.Replace(name, Line(value));
        }

        return letter;
    }

    // One line, whatever a campaign is called: what follows a line's end would be a header of its own.
    private static string Line(string text) => TextLine.Of(string.Concat(text.Select(c => char.IsControl(c) ? ' ' : c)));
}
