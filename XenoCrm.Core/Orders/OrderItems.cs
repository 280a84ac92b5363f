using System.Text.Json;
using XenoCrm.Core.Text;

namespace XenoCrm.Core.Orders;

/// <summary>
/// What a rule finds an order by: of each line its name and its SKU, in the form in which text is compared. A shop sends what it
/// likes: a line is an object with <c>name</c> or <c>sku</c> (in any case, text or a number), or a text alone, which is its name; of
/// any other line there is nothing.
/// </summary>
public static class OrderItems
{
    private static readonly string[] Members = ["name", "sku"];

    /// <param name="items">A JSON array, as an order has it.</param>
    /// <returns>Each once, sorted; none of an order without items.</returns>
    public static IReadOnlyList<string> KeysOf(string? items)
    {
        if (items is null)
        {
            return [];
        }

        using var lines = JsonDocument.Parse(items);
        return [.. lines.RootElement.EnumerateArray()
            .SelectMany(TextsOf)
            .Select(TextKey.Of)
            .Where(key => key.Length > 0)
            .Distinct()
            .Order(StringComparer.Ordinal)];
    }

    private static IEnumerable<string> TextsOf(JsonElement line) => line.ValueKind == JsonValueKind.Object
        ? line.EnumerateObject().Where(IsNamed).Select(member => TextOf(member.Value)).OfType<string>()
        : line.ValueKind == JsonValueKind.String && TextOf(line) is { } name ? [name] : [];

    private static bool IsNamed(JsonProperty member)
    {
        try
        {
            return Members.Contains(member.Name, StringComparer.OrdinalIgnoreCase);
        }
        catch (InvalidOperationException)
        {
            // Half a surrogate pair is valid JSON and no text.
            return false;
        }
    }

    private static string? TextOf(JsonElement value)
    {
        try
        {
            return value.ValueKind switch
            {
                JsonValueKind.String => value.GetString(),
                JsonValueKind.Number => value.GetRawText(),
                _ => null,
            };
        }
        catch (InvalidOperationException)
        {
            return null;
        }
    }
}
