using System.Globalization;
using XenoCrm.Api.Campaigns;
using XenoCrm.Core.Campaigns;
using XenoCrm.Core.Customers;
using XenoCrm.Core.Receipts;
using XenoCrm.Core.Rules;
using XenoCrm.Core.Segments;

namespace XenoCrm.Tests.Insights;

/// <summary>Campaigns of an API that sends nothing: what became of the messages is written by hand.</summary>
internal sealed class MadeCampaigns(IServiceProvider services)
{
    private static readonly DateTimeOffset Began = new(2026, 11, 1, 9, 0, 0, TimeSpan.Zero);

    private int campaigns;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public static void WithoutSender(IWebHostBuilder builder) => builder.ConfigureServices(services =>
        services.Remove(services.Single(service => service.ImplementationType == typeof(CampaignSender))));

    public Task CustomersAsync(int count, string? city = null) => services.GetRequiredService<ICustomerStore>().UpsertAsync(
        [.. Enumerable.Range(0, count).Select(i =>
            new CustomerChange { Id = Id(i), Name = "Ann", Email = $"{Id(i)}@example.com", City = city
            ?? (i % 4 == 0 ? "Pune" : "Delhi") })], Cancellation);

    /// <summary>A campaign of so many recipients, each of which has got it, has not, or is still open.</summary>
    public async Task<string> RunAsync(int recipients, Func<int, bool?> sent, string reason = "mailbox full")
    {
        var store = services.GetRequiredService<ICampaignStore>();
        var id = Guid.CreateVersion7(Began.AddMinutes(campaigns++)).ToString();
        var segment = new Segment("s" + id, "Everybody", new Everyone(), null, "mara", Began, 0);
        var campaign =
            new Campaign
            {
                Id = id,
                SegmentId = segment.Id,
                Name = "Hello",
                MessageTemplate = "Hi",
                Status = CampaignStatus.Preparing,
                CreatedBy = "mara",
                CreatedAt = Began
            };
        await store.BeginAsync(new NewCampaign(segment, campaign, TimeProvider.System.GetUtcNow().AddMinutes(9), null, null), Cancellation);
        NewLogEntry[] rows =
        [
            .. Enumerable.Range(0, recipients).Select(i => new NewLogEntry($"{id}-{i}", Id(i), $"{Id(i)}@example.com", "Hi", Began))
        ];
        await store.AppendLogBatchAsync(id, rows, TimeProvider.System.GetUtcNow().AddMinutes(9), Cancellation);
        await store.LaunchAsync(id, Began, [], Cancellation);
        await services.GetRequiredService<IReceiptStore>().ApplyAsync(
            [.. rows.Index().Where(row => sent(row.Index) is not null).Select(row =>
                new Receipt(
                    row.Item.Id,
                    "v" + row.Item.Id,
                    sent(row.Index) == true ? DeliveryStatus.Sent : DeliveryStatus.Failed,
                    reason,
                    null))], Cancellation);
        await services.GetRequiredService<IOutbox>().TryCompleteAsync(id, Began.AddSeconds(90), Cancellation);
        return id;
    }

    private static string Id(int number) => number.ToString("D4", CultureInfo.InvariantCulture);
}
