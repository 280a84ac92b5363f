using System.Buffers;
using System.Collections.Concurrent;
using System.Net;
using MimeKit;
using SmtpServer;
using SmtpServer.Mail;
using SmtpServer.Protocol;
using SmtpServer.Storage;
using XenoCrm.Tests.Support;

namespace XenoCrm.Tests.Sending;

/// <summary>A mail server on a real socket that takes what a test says, and remembers it.</summary>
public sealed class MailServer : IAsyncDisposable
{
    private readonly CancellationTokenSource stop = new();
    private readonly Task running;

    public MailServer(int? port = null)
    {
        Port = port ?? FreePorts.Row(1);
        var options = new SmtpServerOptionsBuilder()
            .ServerName("mail.test")
            .Endpoint(endpoint => endpoint.Endpoint(new IPEndPoint(IPAddress.Loopback, Port)))
            .Build();
        var services = new SmtpServer.ComponentModel.ServiceProvider();
        services.Add((IMessageStore)new Store(this));
        services.Add((IMailboxFilter)new Filter(this));
        var server = new SmtpServer.SmtpServer(options, services);
        server.SessionCreated += (_, _) => Interlocked.Increment(ref sessions);
        running = server.StartAsync(stop.Token);
    }

    private int sessions;

    public int Port { get; }

    public int Sessions => sessions;

    /// <summary>What was taken, in its order.</summary>
    public ConcurrentQueue<Letter> Letters { get; } = new();

    /// <summary>Every RCPT, refused ones included.</summary>
    public ConcurrentQueue<string> Asked { get; } = new();

    /// <summary>Answers a RCPT; null takes it.</summary>
    public Func<string, SmtpResponse?> OnRecipient { get; set; } = _ => null;

    public async ValueTask DisposeAsync()
    {
        await stop.CancelAsync();
        await running.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        stop.Dispose();
    }

    /// <param name="EnvelopeFrom">Where a bounce would go.</param>
    /// <param name="Recipients">As the envelope has them.</param>
    /// <param name="Message">As it came.</param>
    public sealed record Letter(string EnvelopeFrom, IReadOnlyList<string> Recipients, MimeMessage Message);

    private sealed class Store(MailServer server) : MessageStore
    {
        public override async Task<SmtpResponse> SaveAsync(
            ISessionContext context, IMessageTransaction transaction, ReadOnlySequence<byte> buffer, CancellationToken cancellationToken)
        {
            using var stream = new MemoryStream(buffer.ToArray());
            var message = await MimeMessage.LoadAsync(stream, cancellationToken);
            server.Letters.Enqueue(new Letter(transaction.From.AsAddress(), [.. transaction.To.Select(to => to.AsAddress())], message));
            return SmtpResponse.Ok;
        }
    }

    private sealed class Filter(MailServer server) : MailboxFilter
    {
        public override Task<bool> CanDeliverToAsync(
            ISessionContext context, IMailbox to, IMailbox from, CancellationToken cancellationToken)
        {
            server.Asked.Enqueue(to.AsAddress());
            return server.OnRecipient(to.AsAddress()) is { } refusal
                ? throw new SmtpResponseException(refusal)
                : Task.FromResult(true);
        }
    }
}
