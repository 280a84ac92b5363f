using System.Globalization;
using XenoCrm.Core.Account;
using XenoCrm.Core.Campaigns;
using XenoCrm.Core.Customers;
using XenoCrm.Core.Text;

namespace XenoCrm.Api.Campaigns.Messages;

/// <summary>Counts, over those who get a message, where it has nothing to say, and warns of it with the number.</summary>
internal sealed class MessageGaps(MessageTemplate message, AccountOptions account)
{
    // One in so many is many.
    private const int Many = 20;

    private readonly Placeholder[] placeholders = [.. message.Placeholders];
    private readonly long[] missing = new long[message.Placeholders.Count()];
    private long empty;

    public long People { get; private set; }

    /// <summary>Whether the message can have a gap at all.</summary>
    public bool IsNeeded => placeholders.Length > 0;

    /// <summary>Each placeholder, and how many have no value for it.</summary>
    public IReadOnlyList<FallbackCount> Fallbacks =>
        [.. placeholders.Zip(missing, (placeholder, count) => new FallbackCount(placeholder.ToString(), placeholder.Fallback, count))];

    /// <summary>The person's text.</summary>
    public string Render(Customer customer) => Render(customer, out _);

    /// <inheritdoc cref="Render(Customer)"/>
    /// <param name="customer">The person.</param>
    /// <param name="gaps">How many placeholders the person has no value for.</param>
    public string Render(Customer customer, out int gaps)
    {
        People++;
        gaps = 0;
        for (var i = 0; i < placeholders.Length; i++)
        {
            var gap = placeholders[i].Find(customer, account) is null ? 1 : 0;
            missing[i] += gap;
            gaps += gap;
        }

        var text = message.Render(customer, account);
        empty += MessageTemplate.IsEmpty(text) ? 1 : 0;
        return text;
    }

    /// <param name="whose">Which customers it is counted of, if not all.</param>
    public IReadOnlyList<string> Warnings(string whose = "") => People == 0 ? [] :
    [
        .. placeholders.Zip(missing, (placeholder, count) => Warning(placeholder, count, whose)).OfType<string>(),
        .. empty == 0 ? Array.Empty<string>() : [$"The text is empty for {Of(empty, whose)}: nothing is sent there."],
    ];

    private string? Warning(Placeholder placeholder, long count, string whose) => (count == People, placeholder.Fallback) switch
    {
        (true, "") => $"{placeholder}: {Of(0, whose)} has a value for it, so nothing stands there.",
        (true, var fallback) => $"{placeholder}: {Of(0, whose)} has a value for it, so “{fallback}” stands there for all.",
        (false, "") when count > 0 && count * Many >= People =>
            $"{placeholder}: {Of(count, whose)} {(count == 1 ? "has" : "have")} no value for it, and nothing stands there. "
                + $"Give it a fallback: {Example(placeholder)}.",
        _ => null,
    };

    // 3 of 10 customers; none of 10 customers.
    private string Of(long count, string whose) =>
        $"{(count == 0 ? "none" : count.ToString(CultureInfo.InvariantCulture))} of {Plural.Of(People, "customer")}{whose}";

    private static string Example(Placeholder placeholder) => $"{{{{{placeholder.Name}|…}}}}";
}
