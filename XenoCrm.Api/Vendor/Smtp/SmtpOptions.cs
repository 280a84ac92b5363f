using System.ComponentModel.DataAnnotations;

namespace XenoCrm.Api.Vendor.Smtp;

internal enum SmtpTls
{
    /// <summary>By STARTTLS; a server that does not offer it is not used.</summary>
    StartTls,

    /// <summary>From the first byte on, usually at port 465.</summary>
    Implicit,

    /// <summary>None, for a server on this machine.</summary>
    None,
}

/// <summary>Which mail server takes e-mail: <c>Vendors:Email:Smtp</c>.</summary>
internal sealed class SmtpOptions
{
    public string? Host { get; set => field = Setting.OrNone(value); }

    /// <summary>Default 587.</summary>
    [Range(1, 65_535)]
    public int Port { get; set; } = 587;

    /// <summary>Default <c>StartTls</c>.</summary>
    [EnumDataType(typeof(SmtpTls))]
    public SmtpTls Tls { get; set; } = SmtpTls.StartTls;

    /// <summary>Default none: nobody signs in.</summary>
    public string? User { get; set => field = Setting.OrNone(value); }

    public string? Password { get; set => field = Setting.OrNone(value); }

    /// <summary>Whom messages come from: <c>Shop &lt;news@shop.example&gt;</c>.</summary>
    public string? From { get; set => field = Setting.OrNone(value); }

    /// <summary>Where answers go. Default: to <see cref="From"/>.</summary>
    public string? ReplyTo { get; set => field = Setting.OrNone(value); }

    /// <summary>Where bounces go, an address that may have <c>{{id}}</c>: <c>bounces+{{id}}@shop.example</c>. Default:
    /// <see cref="From"/>.</summary>
    public string? EnvelopeFrom { get; set => field = Setting.OrNone(value); }

    /// <summary>How long the server may take for a message, with the connection for it. Default 10 s; at most half of
    /// <c>Campaigns:Lease</c>.</summary>
    [Range(typeof(TimeSpan), "00:00:00.100", "00:05:00")]
    public TimeSpan Timeout { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>Messages leased at a time, over one connection. Default 100.</summary>
    [Range(1, 1_000)]
    public int BatchSize { get; set; } = 100;

    /// <summary>When a message that the server did not take for the moment is tried again. Default 5 minutes.</summary>
    [Range(typeof(TimeSpan), "00:00:00.010", "1.00:00:00")]
    public TimeSpan RetryAfter { get; set; } = TimeSpan.FromMinutes(5);

    /// <summary>How long after the server took a message no bounce may come before it counts as sent. Default 1 hour, and at once where
    /// bounces are not taken.</summary>
    [Range(typeof(TimeSpan), "00:00:00", "30.00:00:00")]
    public TimeSpan? SettleAfter { get; set; }

    /// <summary>How bounces show whom they come from: by default a token in <c>X-Bounce-Token</c>.</summary>
    public ReceiptProofOptions Bounces { get; set; } = new() { Header = "X-Bounce-Token" };
}
