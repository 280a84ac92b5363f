using Microsoft.Data.Sqlite;
using XenoCrm.Benchmarks.Faults.Model;
using XenoCrm.Benchmarks.Measuring;
using XenoCrm.Benchmarks.Running;
using XenoCrm.Core;
using XenoCrm.Core.Campaigns;
using XenoCrm.Core.Customers;
using XenoCrm.Core.Rules;
using XenoCrm.Core.Segments;

namespace XenoCrm.Benchmarks.Faults;

/// <summary>A sound store's file, changed or cut at random places, each time opened and read whole.</summary>
internal static class DamagedFile
{
    private const int People = 400;

    private enum Outcome
    {
        RefusedAtStart,
        RefusedWhenRead,

        /// <summary>An error, but none that says that the store is damaged: over HTTP a 500.</summary>
        Error,
        Right,
        Wrong,
    }

    /// <exception cref="LedgerException">A file that was cut gave wrong answers.</exception>
    public static async Task<IReadOnlyList<string>> RunAsync(int places, int seed, Progress progress)
    {
        var folder = MeasuredProcess.CreateFolder("xenocrm-damaged-");
        var sound = Path.Combine(folder.FullName, "sound.db");
        var expected = await MakeAsync(folder.FullName, sound);
        var bytes = await File.ReadAllBytesAsync(sound);
        var random = new Random(seed);
        var lines = new List<string>();
        foreach (var kind in (string[])["a flipped byte", "cut"])
        {
            var outcomes = new Dictionary<Outcome, int>();
            for (var i = 0; i < places; i++)
            {
                var damaged = kind == "cut" ? bytes[..random.Next(1, bytes.Length)] : Flip(bytes, random);
                var copy = Path.Combine(folder.FullName, FormattableString.Invariant($"{kind[0]}{i}"));
                var outcome = await TryAsync(copy, damaged, expected);
                outcomes[outcome] = outcomes.GetValueOrDefault(outcome) + 1;
                progress.Count(kind, i, places);
            }

            if (kind == "cut" && outcomes.ContainsKey(Outcome.Wrong))
            {
                throw new LedgerException("A store's file that was cut gave wrong answers.");
            }

            lines.Add(FormattableString.Invariant(
                $"A store of {bytes.Length / 1024:N0} KiB, {kind}, at {places} places, seed {seed}: refused at the start ")
                + FormattableString.Invariant($"{outcomes.GetValueOrDefault(Outcome.RefusedAtStart)}, refused when it was read ")
                + FormattableString.Invariant($"{outcomes.GetValueOrDefault(Outcome.RefusedWhenRead)}, other errors ")
                + FormattableString.Invariant($"{outcomes.GetValueOrDefault(Outcome.Error)}, right answers ")
                + FormattableString.Invariant($"{outcomes.GetValueOrDefault(Outcome.Right)}, ")
                + FormattableString.Invariant($"wrong ones {outcomes.GetValueOrDefault(Outcome.Wrong)}"));
        }

        return lines;
    }

    private static byte[] Flip(byte[] bytes, Random random)
    {
        byte[] damaged = [.. bytes];
        damaged[random.Next(damaged.Length)] ^= (byte)random.Next(1, 256);
        return damaged;
    }

    private static async Task<string> MakeAsync(string folder, string file)
    {
        var clock = new ModelClock();
        await using (var store = new OpenStore(null, folder, clock))
        {
            var people = Enumerable.Range(0, People).Select(i => FormattableString.Invariant($"p{i:0000}")).ToList();
            await store.Customers.UpsertAsync(
                [.. people.Select(id => new CustomerChange { Id = id, Name = "Somebody", Email = id + "@example.com", City = "Pune" })],
                CancellationToken.None);
            var now = clock.GetUtcNow();
            var segment = new Segment("s", "Everybody", new Everyone(), null, "model", now, 0);
            var campaign = new Campaign
            {
                Id = "c",
                SegmentId = "s",
                Name = "Hello",
                MessageTemplate = "Hi",
                Status = CampaignStatus.Preparing,
                CreatedBy = "model",
                CreatedAt = now,
            };
            await store.Campaigns.BeginAsync(new NewCampaign(segment, campaign, now.AddMinutes(1), null, null), CancellationToken.None);
            await store.Campaigns.AppendLogBatchAsync(
                new("c"), [.. people.Select(id => new NewLogEntry("r" + id, id, id + "@example.com", "Hi there", now))], now.AddMinutes(1),
                CancellationToken.None);
            await store.Campaigns.StartAsync(new("c"), now, [], CancellationToken.None);
            var rows = await store.Outbox.LeaseAsync("c", People, now, now.AddMinutes(1), null, CancellationToken.None);
            await store.Outbox.RecordAsync(
                [.. rows.Select(row => new SendResult.Accepted(row.MessageId, "v" + row.MessageId, now.AddMinutes(1)))], now,
                CancellationToken.None);
        }

        SqliteConnection.ClearAllPools();
        File.Move(Path.Combine(folder, "xenocrm.db"), file);
        await using var again = new OpenStore(null, Copy(folder, file), clock);
        return await ReadAsync(again);
    }

    private static string Copy(string folder, string file)
    {
        var copy = Directory.CreateDirectory(Path.Combine(folder, "copy")).FullName;
        File.Copy(file, Path.Combine(copy, "xenocrm.db"));
        return copy;
    }

    /// <summary>All that the store says of customers, campaigns and their logs.</summary>
    private static async Task<string> ReadAsync(OpenStore store)
    {
        var lines = new List<string>();
        for (string? cursor = null, last = ""; last is not null; last = cursor)
        {
            var page = await store.Customers.ListAsync((string?)null, new PageRequest(200, cursor), CancellationToken.None);
            lines.AddRange(page.Items.Select(
                customer => $"{customer.Id} {customer.Name} {customer.Email} {customer.City} {customer.CreatedAt}"));
            cursor = page.NextCursor;
        }

        var campaign = await store.Campaigns.FindAsync("c", CancellationToken.None);
        lines.Add($"{campaign}");
        for (string? cursor = null, last = ""; last is not null; last = cursor)
        {
            var page = await store.Campaigns.ListLogAsync("c", LogFilter.All, new PageRequest(200, cursor), CancellationToken.None);
            lines.AddRange(page?.Items.Select(row => row.ToString()) ?? []);
            cursor = page?.NextCursor;
        }

        return string.Join('\n', lines);
    }

    private static async Task<Outcome> TryAsync(string folder, byte[] bytes, string expected)
    {
        Directory.CreateDirectory(folder);
        await File.WriteAllBytesAsync(Path.Combine(folder, "xenocrm.db"), bytes);
        try
        {
            await using var store = new OpenStore(null, folder, new ModelClock());
            return await ReadAsync(store) == expected ? Outcome.Right : Outcome.Wrong;
        }
        catch (InvalidOperationException e) when (e.Message.StartsWith("The store ", StringComparison.Ordinal))
        {
            return Outcome.RefusedAtStart;
        }
        catch (StoreUnavailableException)
        {
            return Outcome.RefusedWhenRead;
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            return Outcome.Error;
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }
}
