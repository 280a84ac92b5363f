using MailKit;
using MailKit.Net.Smtp;
using MailKit.Security;
using MimeKit;

namespace XenoCrm.Api.Vendor.Smtp;

/// <summary>A connection for one message after the other. It knows how far the one under way has come.</summary>
internal sealed class SmtpConnection : SmtpClient
{
    private string id = "";

    public SmtpConnection(SmtpOptions options)
    {
        Timeout = (int)options.Timeout.TotalMilliseconds;

        // As everywhere else in the program.
        CheckCertificateRevocation = false;

        // The heads are enough to know a message again.
        DeliveryStatusNotificationType = MailKit.Net.Smtp.DeliveryStatusNotificationType.HeadersOnly;
    }

    /// <summary>Whether the server has agreed to the recipient of the message under way: from then on it may get the message.</summary>
    public bool IsRecipientAccepted { get; private set; }

    /// <summary>Messages that were taken over this connection.</summary>
    public int Taken { get; private set; }

    public async Task OpenAsync(SmtpOptions options, CancellationToken cancellationToken)
    {
        await ConnectAsync(options.Host!, options.Port, options.Tls switch
        {
            SmtpTls.StartTls => SecureSocketOptions.StartTls,
            SmtpTls.Implicit => SecureSocketOptions.SslOnConnect,
            _ => SecureSocketOptions.None,
        }, cancellationToken);
        if (options.User is { Length: > 0 } user)
        {
            await AuthenticateAsync(user, options.Password ?? "", cancellationToken);
        }
    }

    public async Task SendAsync(
        string messageId, MimeMessage letter, MailboxAddress from, MailboxAddress to, CancellationToken cancellationToken)
    {
        (id, IsRecipientAccepted) = (messageId, false);
        await SendAsync(letter, from, [to], cancellationToken);
        Taken++;
    }

    protected override void OnRecipientAccepted(MimeMessage message, MailboxAddress mailbox, SmtpResponse response) =>
        IsRecipientAccepted = true;

    // Where the server knows RFC 3461: a bounce carries our id, and mail that arrives needs no letter of its own.
    protected override string GetEnvelopeId(MimeMessage message) => id;

    protected override DeliveryStatusNotification? GetDeliveryStatusNotifications(MimeMessage message, MailboxAddress mailbox) =>
        DeliveryStatusNotification.Failure;
}
