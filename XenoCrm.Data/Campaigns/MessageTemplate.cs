using System.Globalization;
using System.Text;
using XenoCrm.Data.Customers;

namespace XenoCrm.Data.Campaigns;

/// <summary>
/// A message with placeholders: <c>Hi {{firstName|there}}, it has been a while since {{lastOrderAt|your last visit}}</c>.
/// After the bar stands what is written where the customer has no such value; without a bar that is nothing.
/// </summary>
public sealed class MessageTemplate
{
    public const int MaxLength = 1_000;

    private const string AttributePrefix = "attributes.";

    private static readonly Dictionary<string, Func<Customer, string?>> Placeholders = new()
    {
        ["name"] = customer => customer.Name,
        ["firstName"] = customer => customer.Name.Split(' ', 2)[0],
        ["city"] = customer => customer.City,
        ["totalSpend"] = customer => customer.TotalSpend.ToString("0.00", CultureInfo.InvariantCulture),
        ["orderCount"] = customer => customer.OrderCount.ToString(CultureInfo.InvariantCulture),
        ["lastOrderAt"] = customer => customer.LastOrderAt?.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture),
    };

    private readonly List<Func<Customer, string?>> parts = [];

    private MessageTemplate(string text) => Text = text;

    public string Text { get; }

    /// <exception cref="MessageTemplateException">The text is empty, too long, or has a placeholder that is unknown or not closed.</exception>
    public static MessageTemplate Parse(string text)
    {
        if (string.IsNullOrWhiteSpace(text))
        {
            throw new MessageTemplateException("The message is empty. Write a text, or leave it out for a plain default.");
        }

        if (text.Length > MaxLength)
        {
            throw new MessageTemplateException($"The message has {text.Length} characters; at most {MaxLength} are sent.");
        }

        var template = new MessageTemplate(text);
        var at = 0;
        while (text.IndexOf("{{", at, StringComparison.Ordinal) is var open and >= 0)
        {
            var close = text.IndexOf("}}", open, StringComparison.Ordinal);
            if (close < 0)
            {
                throw new MessageTemplateException($"The placeholder at character {open + 1} is not closed. Write {{{{name}}}}.");
            }

            template.AddText(text[at..open]);
            template.AddPlaceholder(text[(open + 2)..close], open + 1);
            at = close + 2;
        }

        template.AddText(text[at..]);
        return template;
    }

    /// <summary>The text for one customer. Values are written as they are: a customer called <c>{{name}}</c> stays so.</summary>
    public string Render(Customer customer)
    {
        var text = new StringBuilder();
        foreach (var part in parts)
        {
            text.Append(part(customer));
        }

        return text.ToString();
    }

    private void AddText(string text)
    {
        if (text.Length > 0)
        {
            parts.Add(_ => text);
        }
    }

    private void AddPlaceholder(string inside, int column)
    {
        var bar = inside.IndexOf('|', StringComparison.Ordinal);
        var name = (bar < 0 ? inside : inside[..bar]).Trim();
        var fallback = bar < 0 ? "" : inside[(bar + 1)..].Trim();
        var value = Find(name) ?? throw new MessageTemplateException(
            $"{{{{{inside}}}}} at character {column} is no placeholder. There are: {string.Join(", ", Placeholders.Keys)} and attributes.KEY.");
        parts.Add(customer => value(customer) ?? fallback);
    }

    private static Func<Customer, string?>? Find(string name)
    {
        if (name.StartsWith(AttributePrefix, StringComparison.Ordinal) && name[AttributePrefix.Length..] is var key && AttributeValue.IsKey(key))
        {
            return customer => customer.Attributes.TryGetValue(key, out var value) ? value.ToString() : null;
        }

        return Placeholders.GetValueOrDefault(name);
    }
}

/// <summary>A message that cannot be sent to anybody; the API answers 400 on <c>message</c>.</summary>
public sealed class MessageTemplateException(string message) : Exception(message);
