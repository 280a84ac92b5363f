using Microsoft.Extensions.Hosting;
using StackExchange.Redis;

namespace XenoCrm.Data.Redis;

/// <summary>
/// The clients, one a purpose: a connection answers in order, so that on a shared one the API's small appends would wait
/// behind the large answers that workers read.
/// </summary>
internal static class RedisClients
{
    public const string Ingest = "ingest";
    public const string Work = "work";

    /// <summary>How long a command may take, and a connection to stand.</summary>
    public static readonly TimeSpan Limit = TimeSpan.FromSeconds(2);

    /// <param name="builder">Where to register.</param>
    /// <param name="connectionString">As StackExchange.Redis reads it: <c>localhost:6379,password=…</c>; of a cluster, some nodes.</param>
    public static void AddRedisClients(this IHostApplicationBuilder builder, string connectionString)
    {
        foreach (var purpose in (string[])[Ingest, Work])
        {
            builder.AddKeyedRedisClient(
                purpose,
                settings =>
                {
                    settings.ConnectionString = connectionString;

                    // Ours asks more than a ping: whether the stream answers, see StreamHealthCheck.
                    settings.DisableHealthChecks = true;

                    // Ours has a histogram too, and no span's text has a key or a value in it, see RedisTelemetry.
                    settings.DisableTracing = true;
                },
                options => Configure(options, purpose));
        }
    }

    /// <summary>
    /// What the stream relies on: a command is answered, or refused, within two seconds; while there is no connection it is
    /// refused at once rather than sent when the server is back, after its caller was told that it failed; and a server
    /// that was down is found again within a second or two, however long it was down.
    /// </summary>
    public static void Configure(ConfigurationOptions options, string purpose)
    {
        options.AbortOnConnectFail = false;
        options.BacklogPolicy = BacklogPolicy.FailFast;
        options.ClientName = "xenocrm-" + purpose;
        options.ConnectTimeout = (int)Limit.TotalMilliseconds;
        options.SyncTimeout = (int)Limit.TotalMilliseconds;
        options.AsyncTimeout = (int)Limit.TotalMilliseconds;
        options.ReconnectRetryPolicy = new LinearRetry(1_000);

        // For CONFIG GET: RedisDurability looks how the server keeps what it is given.
        options.AllowAdmin = true;
    }
}
