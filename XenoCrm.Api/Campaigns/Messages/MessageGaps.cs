using System.Globalization;
using XenoCrm.Core.Account;
using XenoCrm.Core.Campaigns;
using XenoCrm.Core.Customers;
using XenoCrm.Core.Text;

namespace XenoCrm.Api.Campaigns.Messages;

/// <summary>Counts, over those who get a message, where it has nothing to say, and warns of it with the number.</summary>
internal sealed class MessageGaps(MessageTemplate message, AccountOptions account, UnsubscribeLinks links)
{
    // One in so many is many.
    private const int Many = 20;

    // A preview does not wait for more: the launch looks at them all.
    private const int MostRead = 100_000;

    // Everybody has an address to unsubscribe at.
    private readonly Placeholder[] placeholders =
        [.. message.Placeholders.Where(placeholder => placeholder.Name != Placeholder.UnsubscribeUrl)];

    private readonly long[] missing = new long[message.Placeholders.Count()];
    private long empty;

    public long People { get; private set; }

    /// <summary>Whether the message can have a gap at all.</summary>
    public bool IsNeeded => placeholders.Length > 0;

    /// <summary>Each placeholder, and how many have no value for it.</summary>
    public IReadOnlyList<FallbackCount> Fallbacks =>
        [.. placeholders.Zip(missing, (placeholder, count) => new FallbackCount(placeholder.ToString(), placeholder.Fallback, count))];

    /// <summary>There are more, who were not looked at.</summary>
    public bool IsPartial { get; private set; }

    /// <summary>The first people's texts, for a preview, and how many placeholders each has no value for.</summary>
    public async IAsyncEnumerable<(Customer Customer, string Text, int Gaps)> RenderAsync(IAsyncEnumerable<Customer> audience)
    {
        await foreach (var customer in audience)
        {
            if (People == MostRead)
            {
                IsPartial = true;
                yield break;
            }

            var text = Render(customer, out var gaps);
            yield return (customer, text, gaps);
        }
    }

    /// <summary>The person's text.</summary>
    public string Render(Customer customer) => Render(customer, out _);

    private string Render(Customer customer, out int gaps)
    {
        People++;
        gaps = 0;
        for (var i = 0; i < placeholders.Length; i++)
        {
            var gap = placeholders[i].Find(customer, account) is null ? 1 : 0;
            missing[i] += gap;
            gaps += gap;
        }

        var text = message.Render(customer, account, links.Of);
        empty += MessageTemplate.IsEmpty(text) ? 1 : 0;
        return text;
    }

    public IReadOnlyList<string> Warnings() => People == 0 ? [] :
    [
        .. placeholders.Zip(missing, Warning).OfType<string>(),
        .. empty == 0 ? Array.Empty<string>() : [$"The text is empty for {Of(empty)}: nothing is sent there."],
    ];

    private string? Warning(Placeholder placeholder, long count) => (count == People, placeholder.Fallback) switch
    {
        (true, "") => $"{placeholder}: {Of(0)} has a value for it, so nothing stands there.",
        (true, var fallback) => $"{placeholder}: {Of(0)} has a value for it, so “{fallback}” stands there for all.",
        (false, "") when count > 0 && count * Many >= People =>
            $"{placeholder}: {Of(count)} {(count == 1 ? "has" : "have")} no value for it, and nothing stands there. "
                + $"Give it a fallback: {Example(placeholder)}.",
        _ => null,
    };

    // 3 of 10 customers; none of 10 customers.
    private string Of(long count) =>
        $"{(count == 0 ? "none" : count.ToString(CultureInfo.InvariantCulture))} of {Plural.Of(People, "customer")}"
            + (IsPartial ? ", the first by id," : "");

    private static string Example(Placeholder placeholder) => $"{{{{{placeholder.Name}|…}}}}";
}
