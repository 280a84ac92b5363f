using System.ComponentModel.DataAnnotations;

namespace XenoCrm.Data.Mongo;

/// <summary>How long the store waits for MongoDB before it says that it is unavailable.</summary>
public sealed class MongoStoreOptions
{
    public const string Section = "Mongo";

    /// <summary>Until a server is found or a connection stands; 3 s by default.</summary>
    [Range(typeof(TimeSpan), "00:00:00.1", "00:01:00")]
    public TimeSpan ConnectTimeout { get; set; } = TimeSpan.FromSeconds(3);

    /// <summary>The server's own limit (<c>maxTimeMS</c>) for each query but an audience's; 15 s by default.</summary>
    [Range(typeof(TimeSpan), "00:00:00.1", "01:00:00")]
    public TimeSpan QueryTimeout { get; set; } = TimeSpan.FromSeconds(15);

    /// <summary>The server's limit for the work on one streamed audience, all its pages together; 30 min by default.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "1.00:00:00")]
    public TimeSpan AudienceTimeout { get; set; } = TimeSpan.FromMinutes(30);

    /// <summary>How long a write waits to be on the disks of a majority of the replica set; 5 s by default.</summary>
    [Range(typeof(TimeSpan), "00:00:00.1", "00:01:00")]
    public TimeSpan WriteTimeout { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>How often what a crash has left half-done is looked for; every 30 s by default.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "1.00:00:00")]
    public TimeSpan RepairEvery { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>Work under way that is older than this is taken to have been cut off; 1 min by default.</summary>
    [Range(typeof(TimeSpan), "00:00:10", "1.00:00:00")]
    public TimeSpan RepairAfter { get; set; } = TimeSpan.FromMinutes(1);
}
