using System.Text.Json;

namespace XenoCrm.Api.Vendor.Http;

/// <summary>What of an HTTP vendor's settings cannot be right, a sentence each. Headers and secrets are named and not shown.</summary>
internal static class HttpVendorCheck
{
    public static IEnumerable<string> Faults(HttpVendorOptions options, string path)
    {
        if (options.Url is null)
        {
            yield return $"{path}:Url is not set. Set it to the address at which the vendor takes messages, such as "
                + "https://api.vendor.example/v1/messages.";
        }
        else if (options.Url.UserInfo.Length > 0 || MessageFields.IsIn(options.Url.OriginalString.Split('?')[0]))
        {
            yield return $"{path}:Url may have placeholders in its query only, and no password: put that into a header, {path}:Headers:0.";
        }

        foreach (var fault in Placeholders(path + ":Url", options.Url?.OriginalString ?? "").Concat(Headers(options, path))
            .Concat(Body(options, path)).Concat(Places(options, path)).Concat(Receipts(options.Receipts, path + ":Receipts")))
        {
            yield return fault;
        }
    }

    private static IEnumerable<string> Headers(HttpVendorOptions options, string path)
    {
        foreach (var (i, line) in options.Headers.Index())
        {
            var (name, value) = RequestTemplate.Header(line);
            if (!ReceiptProofCheck.IsHeaderName(name) || value.Any(char.IsControl))
            {
                yield return $"{path}:Headers:{i} is no header. Write it as Name: value, such as Authorization: Bearer TOKEN.";
            }
            else if (MessageFields.NamesIn(value).Any(known => known != "id"))
            {
                yield return $"{path}:Headers:{i} ({name}) has a placeholder; a header may have {{{{id}}}} only.";
            }
        }
    }

    private static IEnumerable<string> Body(HttpVendorOptions options, string path)
    {
        var name = path + ":Body";
        if (string.IsNullOrWhiteSpace(options.Body))
        {
            if (options.Method != "GET")
            {
                yield return $"{name} is not set. Set it to what the vendor is sent, such as "
                    + """{"to": "{{recipient}}", "text": "{{text}}"}.""";
            }

            yield break;
        }

        if (options.Method == "GET")
        {
            yield return $"{name} is set, and a GET has none. Put the placeholders into the query of {path}:Url.";
        }
        else if (options.Format == BodyFormat.Form)
        {
            foreach (var fault in Form(options, path))
            {
                yield return fault;
            }
        }
        else if (!IsJson(options.Body))
        {
            yield return $"{name} is not JSON. Placeholders stand inside texts, such as "
                + """{"to": "{{recipient}}"}; for a form set """ + $"{path}:Format=Form.";
        }
        else if (options.Item is not null && !IsJson(options.Item))
        {
            yield return $"{path}:Item is not JSON, such as " + """{"to": "{{recipient}}", "text": "{{text}}"}.""";
        }
        else if (options.Item is not null && !options.Body.Contains($"\"{MessageFields.Messages}\"", StringComparison.Ordinal))
        {
            yield return $"{name} has no \"{MessageFields.Messages}\", and {path}:Item is set: say where the batch's messages stand.";
        }

        var body = options.Item is null ? options.Body : options.Body.Replace(MessageFields.Messages, "", StringComparison.Ordinal);
        foreach (var fault in Placeholders(name, body).Concat(Placeholders(path + ":Item", options.Item ?? "")))
        {
            yield return fault;
        }

        if (options.Item is not null && MessageFields.IsIn(body + options.Url?.OriginalString + string.Concat(options.Headers)))
        {
            yield return $"With {path}:Item the placeholders stand in it, and not in {name}, {path}:Url or {path}:Headers.";
        }

        if (!(body + options.Item + options.Url?.Query).Contains("recipient", StringComparison.Ordinal))
        {
            yield return $"{name} names no {{{{recipient}}}}: nobody would get the message.";
        }
    }

    private static IEnumerable<string> Form(HttpVendorOptions options, string path)
    {
        if (RequestTemplate.Fields(options.Body!).Any(field => field.Key.Length == 0))
        {
            yield return $"{path}:Body is no form. Write it as to={{{{recipient}}}}&body={{{{text}}}}.";
        }

        if (options.Item is not null)
        {
            yield return $"{path}:Item is set, and a form has one message. Take it out, or set {path}:Format=Json.";
        }
    }

    private static IEnumerable<string> Places(HttpVendorOptions options, string path)
    {
        var answer = options.Answer;
        foreach (var (name, place) in new[]
        {
            ("Id", answer.Id), ("Items", answer.Items), ("OurId", answer.OurId), ("Reason", answer.Reason),
        })
        {
            if (place is not null && FieldPath.Parse(place) is null)
            {
                yield return NoPlace($"{path}:Answer:{name}", place);
            }
        }

        if (answer.Refused.Find(status => status is < 400 or > 499 or 401 or 403 or 408 or 429) is not 0 and var odd)
        {
            yield return $"{path}:Answer:Refused has {odd}. It lists the statuses from 400 to 499 that speak of the message alone; "
                + "401, 403, 408 and 429 speak of all.";
        }
    }

    private static IEnumerable<string> Receipts(HttpReceiptOptions receipts, string path)
    {
        if (!receipts.IsSet)
        {
            if (receipts.Status is not null || receipts.Sent.Count > 0)
            {
                yield return $"{path}:Secret is not set: anybody could send receipts. Set it, and {path}:Verify to Hmac, Token or Basic.";
            }

            yield break;
        }

        foreach (var fault in ReceiptProofCheck.Faults(receipts, path))
        {
            yield return fault;
        }

        if (receipts.Status is null)
        {
            yield return $"{path}:Status is not set. Say where the status is, such as data.status.";
        }

        if ((receipts.Id ?? receipts.OurId) is null)
        {
            yield return $"{path}:Id is not set. Say where the vendor's id is, such as data.id, or with {path}:OurId where ours is.";
        }

        if (receipts.Sent.Count == 0 || receipts.Failed.Count == 0)
        {
            yield return $"{path}:Sent:0 and {path}:Failed:0 must be set: the vendor's words for what has arrived and what will not.";
        }

        if (receipts.Sent.Concat(receipts.Failed).Concat(receipts.Ignored).GroupBy(word => word, StringComparer.OrdinalIgnoreCase)
            .FirstOrDefault(word => word.Count() > 1) is { Key: var twice })
        {
            yield return $"{path}: '{twice}' stands twice in Sent, Failed and Ignored. A word means one thing.";
        }

        foreach (var (name, place) in new[] { ("Items", receipts.Items), ("Id", receipts.Id), ("OurId", receipts.OurId),
            ("Status", receipts.Status), ("Reason", receipts.Reason) })
        {
            if (receipts.Format == BodyFormat.Json && place is not null && FieldPath.Parse(place) is null)
            {
                yield return NoPlace($"{path}:{name}", place);
            }
        }
    }

    private static string NoPlace(string setting, string place) => $"{setting} is '{place}'; it must be a place such as messages[0].sid.";

    private static IEnumerable<string> Placeholders(string setting, string template) =>
        from name in MessageFields.NamesIn(template)
        where !MessageFields.IsKnown(name)
        select $"{setting} has {{{{{name}}}}}; known are {MessageFields.Known}.";

    private static bool IsJson(string text)
    {
        try
        {
            _ = JsonElement.Parse(text);
            return true;
        }
        catch (JsonException)
        {
            return false;
        }
    }
}
