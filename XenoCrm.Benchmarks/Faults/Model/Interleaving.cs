using System.Globalization;
using XenoCrm.Core;
using XenoCrm.Core.Campaigns;

namespace XenoCrm.Benchmarks.Faults.Model;

/// <summary>How an interleaving is drawn.</summary>
/// <param name="Steps">How many things happen.</param>
/// <param name="People">How many customers there are, all of whom a campaign is for.</param>
/// <param name="Batch">The most rows that a launch writes at once: a block of the embedded log has no more.</param>
/// <param name="CompareEvery">How many steps lie between two comparisons, each of another campaign; all are compared at the end.</param>
internal sealed record InterleavingSize(int Steps = 40, int People = 8, int Batch = 5, int CompareEvery = 1);

/// <summary>
/// One random life of a shop: launches, sends, receipts, steps of people and deaths of processes, one after the other, done to a real
/// store and to the model, and both compared. Each step is drawn from a number of its own and from what there is, so that any of them
/// can be left out and the rest still makes sense: that is how a failure becomes short.
/// </summary>
internal sealed partial class Interleaving
{
    private const int MaxCampaigns = 3;

    private readonly StorePlace place;
    private readonly InterleavingSize size;
    private readonly string name;
    private readonly List<Person> people;
    private readonly List<CampaignLife> campaigns = [];
    private readonly List<Lease> leases = [];
    private readonly List<string> trace = [];
    private readonly (int Weight, Func<Random, Task> Step)[] steps;
    private Random random = new(0);

    private Interleaving(StorePlace place, string name, InterleavingSize size)
    {
        (this.place, this.name, this.size) = (place, name, size);
        people = [.. Enumerable.Range(0, size.People).Select(i => new Person(Invariant($"{name}-p{i:0000}"), hoursAhead: i % 3 * 6))];
        steps =
        [
            (2, LaunchAsync), (8, LeaseAsync), (8, RecordAsync), (1, DieAsync), (8, ReceiveAsync), (4, WaitAsync), (1, PauseAsync),
            (2, ResumeAsync), (1, CancelAsync), (2, RetryAsync), (3, ChangePersonAsync), (1, SuppressAsync), (1, EraseAsync),
            (3, CompleteAsync),
        ];
    }

    private DateTimeOffset Now => place.Clock.GetUtcNow();

    // Any process does any of it.
    private OpenStore Store => place.Processes[random.Next(place.Processes.Count)];

    /// <summary>A number for each step, from one for all.</summary>
    public static IReadOnlyList<int> StepsOf(int seed, int count)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, count).Select(_ => random.Next())];
    }

    /// <summary>Runs it. Answers null, or what differed and all that had happened by then.</summary>
    /// <param name="place">The store; others may have been there before.</param>
    /// <param name="name">Begins all ids; unique in the store.</param>
    /// <param name="steps">One number a step.</param>
    /// <param name="size">How large.</param>
    public static async Task<string?> RunAsync(StorePlace place, string name, IReadOnlyList<int> steps, InterleavingSize size)
    {
        var interleaving = new Interleaving(place, name, size);
        try
        {
            await interleaving.RunAsync(steps);
            return null;
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            var what = e is DifferenceException ? e.Message : e.ToString();
            return string.Join('\n', interleaving.trace.Select((line, i) => Invariant($"{i + 1,4}. {line}")).Append("      " + what));
        }
    }

    private async Task RunAsync(IReadOnlyList<int> numbers)
    {
        await Store.Customers.UpsertAsync(
            [.. people.Select(person => new Core.Customers.CustomerChange
            {
                Id = person.Id,
                Name = "N",
                Email = person.Email,
                TimeZone = person.Zone,
            })],
            CancellationToken.None);
        var all = steps.Sum(step => step.Weight);
        for (var i = 0; i < numbers.Count; i++)
        {
            random = new Random(numbers[i]);
            place.Clock.Advance(TimeSpan.FromMilliseconds(random.Next(1, 50)));
            var drawn = random.Next(all);
            var step = steps.First(step => (drawn -= step.Weight) < 0).Step;
            await step(random);
            if ((i + 1) % size.CompareEvery == 0)
            {
                await CompareAsync(campaigns.Count == 0 ? [] : [campaigns[random.Next(campaigns.Count)]]);
            }
        }

        random = new Random(numbers.Count);
        await CompareAsync(campaigns);
        await FinishAsync();
        await CompareAsync(campaigns);
    }

    private CampaignLife? Campaign(Func<CampaignLife, bool>? those = null)
    {
        var some = campaigns.Where(campaign => campaign.IsLaunched && those?.Invoke(campaign) != false).ToList();
        return some.Count == 0 ? null : some[random.Next(some.Count)];
    }

    private Person Owner(RowLife row) => PersonOf(row.CustomerId);

    private Person PersonOf(string customerId) => people.Single(person => person.Id == customerId);

    private void Say(string line) => trace.Add(line);

    private string Short(string id) => id.StartsWith(name, StringComparison.Ordinal) ? id[(name.Length + 1)..] : id;

    private bool OneIn(int times) => random.Next(times) == 0;

    private static string Invariant(FormattableString text) => FormattableString.Invariant(text);

    private static void Same<T>(T expected, T found, string what)
    {
        if (!EqualityComparer<T>.Default.Equals(expected, found))
        {
            throw new DifferenceException($"{what}: the model says {expected}, the store says {found}");
        }
    }

    /// <summary>Rows that a sender has, whether it still lives or not.</summary>
    private sealed record Lease(CampaignLife Campaign, bool IsCancelled, IReadOnlyList<OutboxRow> Rows);
}

internal sealed class DifferenceException(string message) : Exception(message);
