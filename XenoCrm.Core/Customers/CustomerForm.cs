using System.Text;
using XenoCrm.Core.Text;

namespace XenoCrm.Core.Customers;

/// <summary>Brings what a store holds from earlier days to the form in which it is kept today.</summary>
public static class CustomerForm
{
    public static string? Line(string? text) => text is null ? null : TextLine.Of(text) is { Length: > 0 } line ? line : text;

    /// <summary>An address without what cannot be seen in it.</summary>
    public static string? Address(string? email)
    {
        if (email is null || TextLine.IsPlain(email))
        {
            return email;
        }

        var seen = string.Concat(email.EnumerateRunes().Where(rune => !Invisible.Is(rune) && !Rune.IsWhiteSpace(rune)));
        return seen.Length == 0 ? email : CanonicalForm.Of(seen);
    }

    public static string[] Tags(IEnumerable<string> tags) =>
        [.. tags.Select(TextLine.Of).Where(tag => tag.Length > 0).DistinctBy(TextKey.Of)];

    public static Dictionary<string, AttributeValue> Attributes(IEnumerable<KeyValuePair<string, AttributeValue>> attributes)
    {
        var form = new Dictionary<string, AttributeValue>();
        foreach (var (key, value) in attributes)
        {
            form[AttributeKey.Of(key)] = value.Text is { } text ? AttributeValue.Of(Line(text)!) : value;
        }

        return form;
    }

    /// <summary>Null where it cannot be told: the number stays as it is.</summary>
    public static string? E164(string? phone, string? country) =>
        phone is not null && PhoneNumber.FaultOf(phone, country, out var e164) is null ? e164 : null;
}
