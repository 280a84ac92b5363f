using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.Options;
using XenoCrm.Api.Vendor;
using XenoCrm.Core.Campaigns;
using XenoCrm.ServiceDefaults;
using JsonOptions = Microsoft.AspNetCore.Http.Json.JsonOptions;

namespace XenoCrm.Api.Campaigns;

/// <summary>A campaign as it was when it was looked at.</summary>
/// <param name="Data">A <see cref="ProgressResponse"/> as JSON.</param>
/// <param name="Id">Made of the data: any replica knows whether a client has been told.</param>
/// <param name="IsOver">Nothing more comes.</param>
internal sealed record CampaignLook(string Data, string Id, bool IsOver);

/// <summary>
/// Looks at the campaigns that somebody follows: one look every half second for each, however many follow it, and one at once for whoever
/// comes, who is told how it is now. The first who follows begins it, the last who leaves ends it.
/// </summary>
internal sealed class CampaignWatch(
    ICampaignStore campaigns, Vendors vendors, IOptions<JsonOptions> json, TimeProvider time, IHostApplicationLifetime lifetime)
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(500);

    private readonly Lock sync = new();
    private readonly Dictionary<string, Watched> watched = [];

    /// <summary>Begins to follow a campaign; dispose of the seat to leave.</summary>
    public Seat Follow(string id)
    {
        lock (sync)
        {
            if (!watched.TryGetValue(id, out var campaign))
            {
                watched[id] = campaign = new Watched(
                    CancellationTokenSource.CreateLinkedTokenSource(lifetime.ApplicationStopping), new Signal(time));
                _ = RunAsync(id, campaign, campaign.Stop.Token);
            }

            campaign.Seats++;
            var seat = new Seat(this, id, campaign, ++campaign.Came);
            campaign.Wake.Wake();
            return seat;
        }
    }

    private async Task RunAsync(string id, Watched campaign, CancellationToken stop)
    {
        // Not on the thread, and under the lock, of the one who came first.
        await Task.Yield();
        Exception? fault = null;
        try
        {
            while (true)
            {
                await campaign.Wake.WaitAsync(Interval, stop);
                var came = campaign.Came;
                if (await LookAsync(id, stop) is not { } look)
                {
                    break;
                }

                campaign.Publish(new Step(look, came));
                if (look.IsOver)
                {
                    break;
                }
            }
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // Nobody follows it any more, or the host stops.
        }
        catch (Exception e)
        {
            // Told to all who follow it, as each would have met it alone.
            fault = e;
        }

        lock (sync)
        {
            Forget(id, campaign);
        }

        campaign.End(fault);
    }

    private async Task<CampaignLook?> LookAsync(string id, CancellationToken cancellationToken)
    {
        if (await campaigns.FindAsync(id, cancellationToken) is not { } campaign)
        {
            return null;
        }

        var data = JsonSerializer.Serialize(ProgressResponse.Of(campaign, vendors.OutageOf(campaign.Id)), json.Value.SerializerOptions);
        var hash = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(data)).AsSpan(0, 8));
        return new CampaignLook(data, hash, campaign.CompletedAt is not null);
    }

    private void Leave(string id, Watched campaign)
    {
        lock (sync)
        {
            if (--campaign.Seats > 0)
            {
                return;
            }

            Forget(id, campaign);
        }

        campaign.Stop.Cancel();
        campaign.Stop.Dispose();
    }

    // Another may have taken its place by now.
    private void Forget(string id, Watched campaign)
    {
        if (watched.GetValueOrDefault(id) == campaign)
        {
            watched.Remove(id);
        }
    }

    /// <summary>One who follows a campaign.</summary>
    /// <param name="watch">Where to leave.</param>
    /// <param name="id">The campaign's.</param>
    /// <param name="campaign">What is followed.</param>
    /// <param name="number">Who came as which.</param>
    internal sealed class Seat(CampaignWatch watch, string id, Watched campaign, int number) : IDisposable
    {
        private int isLeft;
        private Step at = campaign.Newest;

        /// <summary>
        /// The first time how it was when this one came or after that, later each time the next look; null once there are no more, and at
        /// once where there is no such campaign.
        /// </summary>
        public async Task<CampaignLook?> NextAsync(CancellationToken cancellationToken)
        {
            do
            {
                at = await at.Next.Task.WaitAsync(cancellationToken);
            }
            while (at.Came < number);
            return at.Look;
        }

        public void Dispose()
        {
            if (Interlocked.Exchange(ref isLeft, 1) == 0)
            {
                watch.Leave(id, campaign);
            }
        }
    }

    /// <summary>The looks at one campaign, each with the way to the next.</summary>
    internal sealed class Watched(CancellationTokenSource stop, Signal wake)
    {
        private volatile Step newest = new(null, 0);
        private volatile int came;

        public CancellationTokenSource Stop { get; } = stop;

        public Signal Wake { get; } = wake;

        public int Seats { get; set; }

        /// <summary>How many have come by now, those who left included.</summary>
        public int Came { get => came; set => came = value; }

        public Step Newest => newest;

        public void Publish(Step next)
        {
            var before = newest;
            newest = next;
            before.Next.TrySetResult(next);
        }

        public void End(Exception? fault)
        {
            if (fault is null)
            {
                newest.Next.TrySetResult(new Step(null, int.MaxValue));
            }
            else
            {
                newest.Next.TrySetException(fault);

                // Of those who have left nobody asks for it.
                _ = newest.Next.Task.Exception;
            }
        }
    }

    /// <param name="Look">Null before the first, and after the last.</param>
    /// <param name="Came">How many had come when the look began.</param>
    internal sealed record Step(CampaignLook? Look, int Came)
    {
        public TaskCompletionSource<Step> Next { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
