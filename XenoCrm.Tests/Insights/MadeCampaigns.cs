using System.Globalization;
using XenoCrm.Api.Campaigns;
using XenoCrm.Core.Campaigns;
using XenoCrm.Core.Customers;
using XenoCrm.Core.Receipts;
using XenoCrm.Tests.Support;

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
        var preparingUntil = TimeProvider.System.GetUtcNow().AddMinutes(9);
        await store.BeginAsync(NewCampaigns.Of(id, Began, preparingUntil - Began), Cancellation);
        NewLogEntry[] rows =
        [
            .. Enumerable.Range(0, recipients).Select(i => new NewLogEntry($"{id}-{i}", Id(i), $"{Id(i)}@example.com", "Hi", Began))
        ];
        await store.AppendLogBatchAsync(new(id), rows, preparingUntil, Cancellation);
        await store.StartAsync(new(id), Began, [], Cancellation);
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
