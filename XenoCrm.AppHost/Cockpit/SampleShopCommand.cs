using System.Globalization;
using Microsoft.Extensions.Logging;
using XenoCrm.SampleData;

namespace XenoCrm.AppHost.Cockpit;

#pragma warning disable ASPIREINTERACTION001 // A command's inputs are new in Aspire and may still change.

/// <summary>Fills the store with the made-up shop of <c>samples/make-shop.cs</c>, through the API's own bulk routes.</summary>
internal static partial class SampleShopCommand
{
    private const string Customers = "customers";
    private const int Most = 200_000;

    // Far below what a bulk request may hold, so that the console tells how far it is.
    private const int Rows = 2_000;

    public static IResourceBuilder<ProjectResource> WithSampleShop(
        this IResourceBuilder<ProjectResource> api, Func<HttpClient> connect) => api.WithCockpitCommand(
        "load-sample-shop",
        "Load the sample shop",
        async context =>
        {
            using var client = connect();
            return await LoadAsync(client, context.Number(Customers, 1, Most), context.Logger, context.CancellationToken);
        },
        new CommandOptions
        {
            Description = "Loads made-up customers and their orders of two years. The same number again changes nothing.",
            IconName = "BuildingShop",
            IsHighlighted = true,
            Progress =
                new CommandProgressOptions
                {
                    Title = "Sample shop",
                    Message = "Customers and orders are loaded; the API's console tells how far."
                },
            Arguments =
            [
                new InteractionInput
                {
                    Name = Customers,
                    Label = "Customers",
                    Description = string.Create(
                        CultureInfo.InvariantCulture, $"How many, from 1 to {Most:N0}; some three orders come with each."),
                    InputType = InputType.Number,
                    Required = true,
                    Value = "1000",
                },
            ],
        });

    private static async Task<string> LoadAsync(HttpClient client, int count, ILogger logger, CancellationToken cancellationToken)
    {
        var (customers, orders, rejected) = (0L, 0L, 0L);
        var shop = new SampleShop(seed: 1, TimeProvider.System.GetUtcNow().UtcDateTime.Date);
        foreach (var some in shop.Customers(count).Chunk(Rows))
        {
            customers += await PutAsync("/customers/bulk", some.Select(Row));
            foreach (var theirs in some.SelectMany(customer => customer.Orders, Row).Chunk(Rows))
            {
                orders += await PutAsync("/orders/bulk", theirs);
            }

            Log.Loaded(logger, customers, count, orders);
        }

        var loaded = $"{CockpitCommands.Count(customers, "customer")} with {CockpitCommands.Count(orders, "order")} are in the store";
        return rejected == 0
            ? $"{loaded}."
            : throw new CommandFailure($"{loaded}, but {CockpitCommands.Count(rejected, "row")} were rejected.");

        async Task<long> PutAsync(string route, IEnumerable<object> rows)
        {
            var answer = await client.PostJsonAsync(route, rows, cancellationToken);
            rejected += answer["rejected"]!.GetValue<long>();
            return answer["accepted"]!.GetValue<long>();
        }
    }

    private static object Row(ShopCustomer customer) => new
    {
        customer.Id,
        customer.Name,
        customer.Email,
        customer.Phone,
        customer.City,
        customer.Country,
        customer.Tags,
        customer.CreatedAt,
        customer.Unsubscribed,
        Attributes = new { customer.Plan, customer.Seats },
    };

    private static object Row(ShopCustomer customer, ShopOrder order) =>
        new { order.Id, CustomerId = customer.Id, order.Amount, order.PlacedAt };

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Information, Message = "{Customers} of {Count} customers are loaded, with {Orders} orders.")]
        public static partial void Loaded(ILogger logger, long customers, int count, long orders);
    }
}
