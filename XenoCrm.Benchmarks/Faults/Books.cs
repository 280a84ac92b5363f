using System.Text.Json;
using XenoCrm.Benchmarks.Load;
using XenoCrm.Benchmarks.Measuring;
using XenoCrm.Benchmarks.Running;

namespace XenoCrm.Benchmarks.Faults;

/// <summary>
/// The books of a campaign that was disturbed, row by row: its log as the API shows it against what the vendor wrote down for itself.
/// </summary>
internal static class Books
{
    /// <summary>
    /// Compares them. Nothing is lost (each of the audience has one row, each row that was sent is in the vendor's book), nothing is
    /// done twice (one message a person in that book, one row a customer), and log, book and the campaign's numbers say the same.
    /// </summary>
    /// <exception cref="LedgerException">They differ.</exception>
    public static async Task<string> CheckAsync(
        RunningApplication application, Insight insight, LaunchedCampaign campaign, int customers, Progress progress)
    {
        var stats = await campaign.StatsAsync();
        progress.Say("  its log is read …");
        var log = await ReadLogAsync(campaign.Client, campaign.Id);
        var book = new VendorsBook(application.VendorFile).Read();

        // A receipt that was late or came twice may have come just now.
        await insight.UntilEmptyAsync();
        var ledger = Compare(stats, log, book, customers)
            .None("entries left in the stream", await insight.BacklogAsync())
            .None("dead letters", await insight.DeadLettersAsync());
        return ledger.Check();
    }

    /// <summary>The books side by side, not yet judged.</summary>
    public static Ledger Compare(Stats stats, IReadOnlyList<LogRow> log, IReadOnlyList<VendorsBook.Row> book, int customers)
    {
        var byId = book.ToLookup(message => message.Id);
        var rows = log.Select(row => row.Id).ToHashSet();
        return new Ledger("the disturbed campaign")
            .Same(
                ("customers", customers), ("audience", stats.Audience), ("rows", log.Count),
                ("customers with a row", log.Select(row => row.CustomerId).Distinct().LongCount()))
            .Same(("in the vendor's book", book.Count), ("people in it", book.Select(row => row.Recipient).Distinct().LongCount()))
            .Same(
                ("SENT in the book", In(book, "SENT")), ("in the log", In(log, "SENT")), ("in the campaign's numbers", stats.Sent))
            .Same(
                ("FAILED in the book", In(book, "FAILED")), ("in the log", In(log, "FAILED")), ("in the campaign's numbers", stats.Failed))
            .None("pending", stats.Pending + In(log, "PENDING"))
            .None("rows that the book has otherwise", log.LongCount(row => byId[row.Id].All(message => message.Status != row.Status)))
            .None("messages of no row", book.LongCount(message => !rows.Contains(message.Id)));
    }

    /// <summary>A campaign's log, as the API shows it.</summary>
    public static async Task<List<LogRow>> ReadLogAsync(HttpClient client, string campaignId)
    {
        return await PagedList.ReadAsync(client, $"/campaigns/{campaignId}/logs")
            .Select(row => new LogRow(Text(row, "id")!, Text(row, "customerId")!, Text(row, "status")!)
            {
                Recipient = Text(row, "recipient"),
                Reason = Text(row, "failureReason"),
            })
            .ToListAsync();

        static string? Text(JsonElement row, string name) => row.TryGetProperty(name, out var value) ? value.GetString() : null;
    }

    /// <summary>How many of the log have a status.</summary>
    public static long In(IEnumerable<LogRow> log, string status) => log.LongCount(row => row.Status == status);

    /// <summary>How many of the vendor's book have a status.</summary>
    public static long In(IEnumerable<VendorsBook.Row> book, string status) => book.LongCount(message => message.Status == status);

    internal sealed record LogRow(string Id, string CustomerId, string Status)
    {
        public string? Recipient { get; init; }

        public string? Reason { get; init; }
    }
}
