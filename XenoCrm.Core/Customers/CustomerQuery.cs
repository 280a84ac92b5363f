using System.Security.Cryptography;
using System.Text;
using XenoCrm.Core.Rules;

namespace XenoCrm.Core.Customers;

/// <summary>Which customers a list has, and in what order.</summary>
public sealed record CustomerQuery
{
    /// <summary>Part of the name or e-mail address, compared as text is; null for all.</summary>
    public string? Text { get; init; }

    /// <summary>Who is selected; null for all.</summary>
    public Rule? Rule { get; init; }

    /// <summary>The moment at which the rule is evaluated.</summary>
    public DateTimeOffset Now { get; init; }

    public CustomerSort Sort { get; init; } = CustomerSort.ById;

    /// <summary>The key of <see cref="Text"/>; null where there is nothing to look for.</summary>
    public string? TextKey => Text is not null && Core.Text.TextKey.Of(Text) is { Length: > 0 } key ? key : null;

    /// <summary>The list's name in its cursors: one of another rule or order is not this list's.</summary>
    public string ListName => Rule is null && Sort == CustomerSort.ById
        ? "customers"
        : $"customers/{Sort}/{HashOf(Rule is null ? "" : RuleJson.Print(Rule))}";

    private static string HashOf(string rule) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(rule)).AsSpan(0, 8));
}

/// <summary>An order of customers; those that are equal in it go by id. What is absent is less than everything.</summary>
/// <param name="Field">One of <see cref="Fields"/>.</param>
public sealed record CustomerSort(string Field, bool IsDescending)
{
    public static readonly CustomerSort ById = new("id", false);

    public static readonly IReadOnlyList<string> Fields =
        ["id", "name", "createdAt", "totalSpend", "orderCount", "firstOrderAt", "lastOrderAt"];

    /// <summary>Null for what is no order: <c>name</c>, <c>-totalSpend</c>.</summary>
    public static CustomerSort? TryParse(string text) =>
        text.TrimStart('-') is var field && Fields.Contains(field) && text.Length - field.Length <= 1
            ? new CustomerSort(field, text != field)
            : null;

    public override string ToString() => (IsDescending ? "-" : "") + Field;
}
