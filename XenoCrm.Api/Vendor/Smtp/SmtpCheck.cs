using MimeKit;

namespace XenoCrm.Api.Vendor.Smtp;

/// <summary>What of a mail server's settings cannot be right, a sentence each.</summary>
internal static class SmtpCheck
{
    private static readonly string[] ThisMachine = ["localhost", "127.0.0.1", "::1"];

    public static IEnumerable<string> Faults(SmtpOptions options, string path)
    {
        if (string.IsNullOrWhiteSpace(options.Host))
        {
            yield return $"{path}:Host is not set. Set it to the mail server's name, such as smtp.provider.example.";
        }

        if (!IsAddress(options.From))
        {
            yield return $"{path}:From {Shown(options.From)}; it must be whom messages come from, such as Shop <news@shop.example>.";
        }

        if (options.ReplyTo is not null && !IsAddress(options.ReplyTo))
        {
            yield return $"{path}:ReplyTo {Shown(options.ReplyTo)}; it must be an address such as help@shop.example, or left out.";
        }

        if (options.EnvelopeFrom is { } envelope
            && SmtpLetter.Recipient(envelope.Replace("{{id}}", "id", StringComparison.Ordinal)) is null)
        {
            yield return $"{path}:EnvelopeFrom {Shown(envelope)}; it must be an address alone, such as bounces@shop.example or "
                + "bounces+{{id}}@shop.example.";
        }

        if (!string.IsNullOrEmpty(options.Password) != !string.IsNullOrEmpty(options.User))
        {
            yield return $"{path}:User and {path}:Password are set together, or neither.";
        }

        if (options is { Tls: SmtpTls.None, Password.Length: > 0, Host: { } host } && !ThisMachine.Contains(host))
        {
            yield return $"{path}:Tls is None, and the password would go over the network for all to read. Set it to StartTls or Implicit.";
        }

        foreach (var fault in ReceiptProofCheck.Faults(options.Bounces, path + ":Bounces"))
        {
            yield return fault;
        }
    }

    private static bool IsAddress(string? text) =>
        text is not null && !text.Any(char.IsControl) && MailboxAddress.TryParse(text, out var mailbox)
        && SmtpLetter.Recipient(mailbox.Address) is not null;

    private static string Shown(string? text) => string.IsNullOrEmpty(text) ? "is not set" : $"is '{text}'";
}
