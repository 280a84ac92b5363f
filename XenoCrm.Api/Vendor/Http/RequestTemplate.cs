using System.Buffers;
using System.Text.Json;

namespace XenoCrm.Api.Vendor.Http;

/// <summary>
/// What a vendor is sent. The template is read as JSON, or as a form's fields, before a value comes into it, so that no value can leave
/// its place.
/// </summary>
internal sealed class RequestTemplate
{
    private readonly HttpVendorOptions options;
    private readonly string subject;
    private readonly JsonElement? body;
    private readonly JsonElement? item;
    private readonly KeyValuePair<string, string>[] fields = [];
    private readonly (string Name, string Value)[] headers;

    /// <param name="options">Right, as <see cref="HttpVendorCheck"/> says.</param>
    /// <param name="subject">Instead of the campaign's name; null for that.</param>
    public RequestTemplate(HttpVendorOptions options, string? subject)
    {
        (this.options, this.subject) = (options, subject ?? "");
        headers = [.. options.Headers.Select(Header)];
        if (options.Body is not { } text)
        {
            return;
        }

        if (options.Format == BodyFormat.Form)
        {
            fields = [.. Fields(text)];
        }
        else
        {
            body = JsonElement.Parse(text);
            item = options.Item is { } one ? JsonElement.Parse(one) : null;
        }
    }

    public HttpRequestMessage Of(IReadOnlyList<VendorMessage> messages)
    {
        if (subject.Length > 0)
        {
            messages = [.. messages.Select(message => message with { Subject = subject })];
        }

        var first = messages[0];
        var url = MessageFields.Fill(options.Url!.OriginalString, first, Uri.EscapeDataString);
        var request = new HttpRequestMessage(new HttpMethod(options.Method), url) { Content = Content(messages) };
        foreach (var (name, value) in headers)
        {
            // Ids are letters, digits and - ~.
            var filled = MessageFields.Fill(value, first, id => id);
            if (!request.Headers.TryAddWithoutValidation(name, filled))
            {
                request.Content?.Headers.TryAddWithoutValidation(name, filled);
            }
        }

        return request;
    }

    /// <summary>Whether the vendor is there: the same address, and nothing to send.</summary>
    public HttpRequestMessage Probe()
    {
        var request = new HttpRequestMessage(HttpMethod.Head, options.Url!.GetLeftPart(UriPartial.Path));
        foreach (var (name, value) in headers.Where(header => !MessageFields.IsIn(header.Value)))
        {
            request.Headers.TryAddWithoutValidation(name, value);
        }

        return request;
    }

    /// <summary>A line such as <c>Authorization: Bearer …</c>.</summary>
    public static (string Name, string Value) Header(string line)
    {
        var colon = line.IndexOf(':', StringComparison.Ordinal);
        return colon < 0 ? ("", line) : (line[..colon].Trim(), line[(colon + 1)..].Trim());
    }

    /// <summary>Of <c>to={{recipient}}&amp;from=Shop</c>: what is not a placeholder stands as it is, and is encoded too.</summary>
    public static IEnumerable<KeyValuePair<string, string>> Fields(string form) =>
        form.Split('&').Select(pair => pair.IndexOf('=', StringComparison.Ordinal) is var at and >= 0
            ? new KeyValuePair<string, string>(pair[..at], pair[(at + 1)..])
            : new KeyValuePair<string, string>("", pair));

    private HttpContent? Content(IReadOnlyList<VendorMessage> messages)
    {
        if (fields.Length > 0)
        {
            var (message, there) = (messages[0], fields.Where(field => !MessageFields.IsAbsent(field.Value, messages[0])));
            return new FormUrlEncodedContent(
                there.Select(field => KeyValuePair.Create(field.Key, MessageFields.Fill(field.Value, message, value => value))));
        }

        if (body is not { } template)
        {
            return null;
        }

        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer))
        {
            Write(json, template, messages, isItem: item is null);
        }

        return new ByteArrayContent(buffer.WrittenSpan.ToArray()) { Headers = { ContentType = new("application/json") } };
    }

    private void Write(Utf8JsonWriter json, JsonElement template, IReadOnlyList<VendorMessage> messages, bool isItem)
    {
        switch (template.ValueKind)
        {
            case JsonValueKind.Object:
                json.WriteStartObject();
                foreach (var member in template.EnumerateObject().Where(member => !isItem || !IsAbsent(member.Value, messages[0])))
                {
                    json.WritePropertyName(member.Name);
                    Write(json, member.Value, messages, isItem);
                }

                json.WriteEndObject();
                break;
            case JsonValueKind.Array:
                json.WriteStartArray();
                foreach (var element in template.EnumerateArray())
                {
                    Write(json, element, messages, isItem);
                }

                json.WriteEndArray();
                break;
            case JsonValueKind.String when !isItem && template.ValueEquals(MessageFields.Messages):
                json.WriteStartArray();
                foreach (var message in messages)
                {
                    Write(json, item!.Value, [message], isItem: true);
                }

                json.WriteEndArray();
                break;
            case JsonValueKind.String when isItem:
                json.WriteStringValue(MessageFields.Fill(template.GetString()!, messages[0], value => value));
                break;
            default:
                template.WriteTo(json);
                break;
        }
    }

    // A member that is nothing but a header that this message has not: it is left out.
    private static bool IsAbsent(JsonElement value, VendorMessage message) =>
        value.ValueKind == JsonValueKind.String && MessageFields.IsAbsent(value.GetString()!, message);
}
