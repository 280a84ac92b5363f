using System.Collections.Concurrent;
using System.Net.Sockets;
using MailKit.Net.Smtp;
using MailKit.Security;
using MimeKit;
using XenoCrm.Core.Campaigns;
using XenoCrm.Core.Receipts;

namespace XenoCrm.Api.Vendor.Smtp;

/// <summary>
/// A mail server. A batch goes over one connection, message after message, and the connection is kept for the next. That the server took
/// a message is all that it says; what comes back are bounces.
/// </summary>
/// <param name="options">Right, as <see cref="SmtpCheck"/> says.</param>
/// <param name="path">Where they lie, for people.</param>
/// <param name="subject">Instead of the campaign's name.</param>
/// <param name="time">The clock.</param>
internal sealed class SmtpVendor(SmtpOptions options, string path, string? subject, TimeProvider time) : IVendor, IDisposable
{
    // One is of its recipient, so many in a row are of the server.
    private const int MostInARow = 10;

    // Servers close what is idle for longer; before it is used again it is asked.
    private static readonly TimeSpan Fresh = TimeSpan.FromSeconds(10);

    private readonly SmtpLetter letters = new(options, subject, time);
    private readonly ReceiptProof proof = new(options.Bounces, path + ":Bounces");
    private readonly ConcurrentBag<(SmtpConnection Connection, long UsedAt)> idle = [];

    public string Place => $"SMTP at {options.Host}:{options.Port}";

    public int BatchSize => options.BatchSize;

    public bool TakesIdsOnce => false;

    public TimeSpan? SettleAfter => options.SettleAfter ?? (options.Bounces.IsSet ? TimeSpan.FromHours(1) : TimeSpan.Zero);

    public async Task<SendAnswer> SendAsync(VendorBatch batch, CancellationToken cancellationToken)
    {
        var made = new Dictionary<string, MessageAnswer>();
        SendAnswer.Unavailable? away = null;
        SmtpConnection? connection = null;
        var inARow = 0;
        try
        {
            foreach (var message in batch.Messages)
            {
                if (cancellationToken.IsCancellationRequested || time.GetUtcNow() >= batch.BeginBy)
                {
                    break;
                }

                if (SmtpLetter.Recipient(message.Recipient) is not { } to)
                {
                    made[message.Id] = new MessageAnswer.Refused("the address is none that mail can be sent to");
                    continue;
                }

                using var limit = Limit(cancellationToken);
                connection ??= await RentAsync(limit.Token);
                var answer = await SendAsync(connection, message, to, limit.Token);
                if (answer is null && connection.Taken > 0)
                {
                    // It had enough of this connection: servers count messages, and close it.
                    connection.Dispose();
                    connection = await OpenAsync(limit.Token);
                    answer = await SendAsync(connection, message, to, limit.Token);
                }

                if (answer is null)
                {
                    away = new SendAnswer.Unavailable("the connection to the mail server broke off", null, MaybeHanded: false);
                    break;
                }

                made[message.Id] = answer;
                inARow = answer is MessageAnswer.Later ? inARow + 1 : 0;
                if (answer is MessageAnswer.Lost lost)
                {
                    away = new SendAnswer.Unavailable(lost.Reason, null, MaybeHanded: true);
                    break;
                }

                if (inARow == MostInARow)
                {
                    away = new SendAnswer.Unavailable(((MessageAnswer.Later)answer).Reason, null, MaybeHanded: false);
                    break;
                }
            }
        }
        catch (Exception e) when (IsAway(e))
        {
            away = new SendAnswer.Unavailable(Describe(e), null, MaybeHanded: false);
        }

        Return(connection);
        return new SendAnswer.OneByOne(made, away);
    }

    public Task<AskAnswer> AskAsync(MessageId id, CancellationToken cancellationToken) =>
        Task.FromResult<AskAnswer>(new AskAnswer.CannotTell());

    public async Task<SendAnswer.Unavailable?> ProbeAsync(CancellationToken cancellationToken)
    {
        try
        {
            using var limit = Limit(cancellationToken);
            Return(await RentAsync(limit.Token));
            return null;
        }
        catch (Exception e) when (IsAway(e) && !cancellationToken.IsCancellationRequested)
        {
            return new SendAnswer.Unavailable(Describe(e), null, MaybeHanded: false);
        }
    }

    public string? Refusal(IHeaderDictionary headers, ReadOnlySpan<byte> body) => proof.Refusal(headers, body);

    public ReceiptReading Read(ReadOnlySpan<byte> body) => BounceReader.Read(body);

    public void Dispose()
    {
        while (idle.TryTake(out var one))
        {
            one.Connection.Dispose();
        }
    }

    /// <summary>Null if the server is not to be had over this connection, and does not have the message.</summary>
    private async Task<MessageAnswer?> SendAsync(
        SmtpConnection connection, VendorMessage message, MailboxAddress to, CancellationToken cancellationToken)
    {
        if (to.IsInternational && !to.LocalPart.All(char.IsAscii) && !connection.Capabilities.HasFlag(SmtpCapabilities.UTF8))
        {
            return new MessageAnswer.Refused("the mail server takes no addresses with letters beyond ASCII before the @");
        }

        try
        {
            await connection.SendAsync(message.Id, letters.Of(message, to), letters.Envelope(message), to, cancellationToken);
            return new MessageAnswer.Accepted(letters.MessageIdOf(message));
        }
        catch (SmtpCommandException e) when (e.ErrorCode is SmtpErrorCode.RecipientNotAccepted or SmtpErrorCode.MessageNotAccepted
            && (int)e.StatusCode is not 421)
        {
            return (int)e.StatusCode >= 500
                ? new MessageAnswer.Refused(Describe(e))
                : new MessageAnswer.Later(Describe(e), options.RetryAfter);
        }
        catch (SmtpCommandException e) when ((int)e.StatusCode is not 421)
        {
            // It will not have us, whomever we write to.
            throw new SmtpRefusalException(Describe(e), e);
        }
        catch (SmtpCommandException)
        {
            return null;
        }
        catch (Exception e) when (IsAway(e))
        {
            return connection.IsRecipientAccepted
                ? new MessageAnswer.Lost("the connection to the mail server broke off while it took the message")
                : null;
        }
    }

    // Nothing that begins in time goes on for longer, so that no row is another sender's meanwhile.
    private CancellationTokenSource Limit(CancellationToken cancellationToken)
    {
        var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(options.Timeout);
        return limit;
    }

    private async Task<SmtpConnection> RentAsync(CancellationToken cancellationToken)
    {
        while (idle.TryTake(out var one))
        {
            try
            {
                if (one.Connection.IsConnected && time.GetElapsedTime(one.UsedAt) > Fresh)
                {
                    await one.Connection.NoOpAsync(cancellationToken);
                }

                if (one.Connection.IsConnected)
                {
                    return one.Connection;
                }
            }
            catch (Exception e) when (IsAway(e))
            {
                // It was closed meanwhile.
            }

            one.Connection.Dispose();
        }

        return await OpenAsync(cancellationToken);
    }

    private async Task<SmtpConnection> OpenAsync(CancellationToken cancellationToken)
    {
        var connection = new SmtpConnection(options);
        try
        {
            await connection.OpenAsync(options, cancellationToken);
            return connection;
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    private void Return(SmtpConnection? connection)
    {
        if (connection is { IsConnected: true })
        {
            idle.Add((connection, time.GetTimestamp()));
        }
        else
        {
            connection?.Dispose();
        }
    }

    private static bool IsAway(Exception e) =>
        e is SocketException or IOException or TimeoutException or OperationCanceledException or AuthenticationException
            or SslHandshakeException or SmtpCommandException or SmtpProtocolException or SmtpRefusalException or NotSupportedException
            or MailKit.ServiceNotConnectedException or MailKit.ServiceNotAuthenticatedException;

    private static string Describe(Exception e) => e switch
    {
        SmtpCommandException refusal => Describe(refusal),
        SmtpRefusalException => e.Message,
        AuthenticationException => "the mail server does not know our user and password",
        SslHandshakeException => "no secure connection to the mail server came about",
        NotSupportedException => "the mail server offers no STARTTLS, or no way to sign in",
        TimeoutException or OperationCanceledException => "the mail server did not answer in time",
        SocketException => "the mail server cannot be reached",
        _ => "the connection to the mail server broke off",
    };

    private static string Describe(SmtpCommandException e) =>
        $"the mail server answered {(int)e.StatusCode}: {VendorFault.Words(e.Message)}";

    private sealed class SmtpRefusalException(string message, Exception inner) : Exception(message, inner);
}
