using System.ComponentModel.DataAnnotations;

namespace XenoCrm.Api.Vendor.Http;

internal enum BodyFormat
{
    Json,
    Form,
}

/// <summary>How a vendor is spoken to over HTTP: <c>Vendors:{Email|Phone}:Http</c>. docs/vendors.md has examples.</summary>
internal sealed class HttpVendorOptions
{
    /// <summary>Where messages are posted. Its query may have placeholders.</summary>
    public Uri? Url { get; set; }

    /// <summary>Default <c>POST</c>; a <c>GET</c> has no body.</summary>
    [AllowedValues("POST", "PUT", "GET")]
    public string Method { get; set; } = "POST";

    /// <summary>Lines such as <c>Authorization: Bearer …</c>. Their values may have the placeholder <c>{{id}}</c>.</summary>
    public List<string> Headers { get; } = [];

    /// <summary>Of the body. Default <c>Json</c>.</summary>
    [EnumDataType(typeof(BodyFormat))]
    public BodyFormat Format { get; set; } = BodyFormat.Json;

    /// <summary>The body with placeholders: a JSON document, or <c>to={{recipient}}&amp;body={{text}}</c>.</summary>
    public string? Body { get; set => field = Setting.OrNone(value); }

    /// <summary>A message of a batch, a JSON document; where the body has the text <c>{{messages}}</c> they stand as an array. Default
    /// none: a request a message.</summary>
    public string? Item { get; set => field = Setting.OrNone(value); }

    /// <summary>Messages leased, and with <see cref="Item"/> sent, at a time. Default 100.</summary>
    [Range(1, 1_000)]
    public int BatchSize { get; set; } = 100;

    /// <summary>Requests of a batch under way at once, where each message is one. Default 8.</summary>
    [Range(1, 64)]
    public int Concurrency { get; set; } = 8;

    /// <summary>How long an answer may take. Default 10 s; at most half of <c>Campaigns:Lease</c>.</summary>
    [Range(typeof(TimeSpan), "00:00:00.100", "00:05:00")]
    public TimeSpan Timeout { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>Whether it takes the same <c>{{id}}</c> as the same message, however often it comes. Default no: what it may have is not
    /// sent again.</summary>
    public bool TakesIdsOnce { get; set; }

    /// <summary>How long after it took a message nothing may be heard before it counts as sent. Default 3 days, and at once without
    /// receipts.</summary>
    [Range(typeof(TimeSpan), "00:00:00", "30.00:00:00")]
    public TimeSpan? SettleAfter { get; set; }

    public HttpAnswerOptions Answer { get; set; } = new();

    public HttpReceiptOptions Receipts { get; set; } = new();
}

/// <summary>How the answer to a message is read. A place is written as <c>messages[0].sid</c>.</summary>
internal sealed class HttpAnswerOptions
{
    /// <summary>Where the vendor's id is; of a batch, within an item. Default: our own id counts as the vendor's.</summary>
    public string? Id { get; set => field = Setting.OrNone(value); }

    /// <summary>Of a batch: where the array of items is. Default: the answer is the array.</summary>
    public string? Items { get; set => field = Setting.OrNone(value); }

    /// <summary>Of a batch: where our id is within an item. Default: items are in the order of the messages.</summary>
    public string? OurId { get; set => field = Setting.OrNone(value); }

    /// <summary>Where it is said why a message is refused.</summary>
    public string? Reason { get; set => field = Setting.OrNone(value); }

    /// <summary>Statuses that mean that the message is refused for good. Default 400, 413, 422; all others but 2xx mean later.</summary>
    public List<int> Refused { get; } = [];
}

/// <summary>How the vendor's receipts are read. A place is written as <c>data.status</c>; of a form it is a field's name.</summary>
internal sealed class HttpReceiptOptions : ReceiptProofOptions
{
    /// <summary>Of the body. Default <c>Json</c>.</summary>
    [EnumDataType(typeof(BodyFormat))]
    public BodyFormat Format { get; set; } = BodyFormat.Json;

    /// <summary>Where the array of receipts is. Default: the body is one receipt, or an array of them.</summary>
    public string? Items { get; set => field = Setting.OrNone(value); }

    /// <summary>Where the vendor's id is.</summary>
    public string? Id { get; set => field = Setting.OrNone(value); }

    /// <summary>Where our id is, if the vendor gives it back.</summary>
    public string? OurId { get; set => field = Setting.OrNone(value); }

    /// <summary>Where the status is.</summary>
    public string? Status { get; set => field = Setting.OrNone(value); }

    /// <summary>Where it is said why a message failed.</summary>
    public string? Reason { get; set => field = Setting.OrNone(value); }

    /// <summary>Words for a message that has arrived.</summary>
    public List<string> Sent { get; } = [];

    /// <summary>Words for one that will not.</summary>
    public List<string> Failed { get; } = [];

    /// <summary>Words that mean neither yet, and are passed over.</summary>
    public List<string> Ignored { get; } = [];
}
