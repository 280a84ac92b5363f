using System.Buffers;
using System.Globalization;
using System.Text;
using XenoCrm.Core.Account;
using XenoCrm.Core.Customers;

namespace XenoCrm.Core.Campaigns;

/// <summary>
/// A message with placeholders: <c>Hi {{firstName|there}}, it has been a while since {{lastOrderAt|your last visit}}</c>.
/// After the bar stands what is written where the customer has no such value; without a bar that is nothing. There are no
/// other braces in it: one that is left over is an accident, and would reach people.
/// </summary>
public sealed class MessageTemplate
{
    public const int MaxLength = 1_000;

    // All but the tab and the two of a line's end.
    private static readonly SearchValues<char> ControlCharacters = SearchValues.Create(
        [.. Enumerable.Range(0, 0xA0).Select(code => (char)code).Where(one => char.IsControl(one) && one is not ('\t' or '\n' or '\r'))]);

    // A text, or a placeholder.
    private readonly List<object> parts = [];

    private MessageTemplate(string text) => Text = text;

    public string Text { get; }

    /// <summary>Each once, in the order of the text.</summary>
    public IEnumerable<Placeholder> Placeholders => parts.OfType<Placeholder>().Distinct();

    /// <exception cref="MessageTemplateException">The text is empty, too long, or has a placeholder that is unknown or not closed, or a
    /// brace that is left over.</exception>
    public static MessageTemplate Parse(string text)
    {
        if (IsEmpty(text))
        {
            throw new MessageTemplateException("The message is empty. Write a text, or leave it out for a plain default.");
        }

        if (text.Length > MaxLength)
        {
            throw new MessageTemplateException($"The message has {text.Length} characters; at most {MaxLength} are sent.");
        }

        if (text.AsSpan().IndexOfAny(ControlCharacters) is var control and >= 0)
        {
            throw new MessageTemplateException(string.Create(
                CultureInfo.InvariantCulture,
                $"The character U+{(int)text[control]:X4} at {control + 1} cannot be shown to anybody. Take it out; a message has text, "
                    + $"tabs and line ends."));
        }

        var template = new MessageTemplate(text);
        var at = 0;
        while (NextBrace(text, at) is var open and >= 0)
        {
            template.AddText(text[at..open]);
            if (!text.AsSpan(open).StartsWith("{{", StringComparison.Ordinal))
            {
                throw new MessageTemplateException(
                    $"The brace {text[open]} at character {open + 1} belongs to no placeholder. "
                    + "Write {{name}} or {{city|your city}}; a message has no other braces.");
            }

            var close = NextBrace(text, open + 2);
            if (close >= 0 && text[close] == '{')
            {
                throw new MessageTemplateException(
                    $"The placeholder at character {open + 1} has a brace in it, at character {close + 1}. "
                    + "A fallback is plain text: {{city|your city}}.");
            }

            if (close < 0 || !text.AsSpan(close).StartsWith("}}", StringComparison.Ordinal))
            {
                throw new MessageTemplateException($"The placeholder at character {open + 1} is not closed. Write {{{{name}}}}.");
            }

            template.AddPlaceholder(text[(open + 2)..close], open + 1);
            at = close + 2;
        }

        template.AddText(text[at..]);
        return template;
    }

    /// <summary>Whether nobody would see anything of a text.</summary>
    public static bool IsEmpty(string text) => text.EnumerateRunes().All(rune =>
        Rune.IsWhiteSpace(rune) || Rune.GetUnicodeCategory(rune) is UnicodeCategory.Control or UnicodeCategory.Format);

    /// <summary>The text for one customer. Values are written as they are: a customer called <c>{{name}}</c> stays so.</summary>
    /// <param name="customer">Who reads it.</param>
    /// <param name="account">How money and dates are written.</param>
    /// <param name="unsubscribeUrl">The person's own address to unsubscribe at; null where there are none.</param>
    public string Render(Customer customer, AccountOptions account, Func<Customer, string>? unsubscribeUrl = null)
    {
        var text = new StringBuilder();
        foreach (var part in parts)
        {
            text.Append(part is Placeholder placeholder
                ? placeholder.Find(customer, account, unsubscribeUrl) ?? placeholder.Fallback
                : part);
        }

        return text.ToString();
    }

    private static int NextBrace(string text, int at) => text.AsSpan(at).IndexOfAny('{', '}') is var next and >= 0 ? at + next : -1;

    private void AddText(string text)
    {
        if (text.Length > 0)
        {
            parts.Add(text);
        }
    }

    private void AddPlaceholder(string inside, int column)
    {
        var bar = inside.IndexOf('|', StringComparison.Ordinal);
        var name = (bar < 0 ? inside : inside[..bar]).Trim();
        if (!Placeholder.IsName(name))
        {
            throw new MessageTemplateException($"{{{{{inside}}}}} at character {column} is no placeholder. " + (
                Placeholder.Nearest(name) is { } near
                    ? $"Did you mean {{{{{near}}}}}?"
                    : $"There are: {string.Join(", ", Placeholder.Names)}."));
        }

        parts.Add(new Placeholder(name, bar < 0 ? "" : inside[(bar + 1)..].Trim()));
    }
}

/// <summary>A message that cannot be sent to anybody; the API answers 400 on <c>message</c>.</summary>
public sealed class MessageTemplateException(string message) : Exception(message);
