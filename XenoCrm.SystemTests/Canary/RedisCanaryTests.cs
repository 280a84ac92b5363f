using XenoCrm.SystemTests.Graph;
using XenoCrm.Tests.Support;

namespace XenoCrm.SystemTests.Canary;

/// <summary>The store in SQLite, the stream in a real Redis, whose append-only file has every command since it was started.</summary>
public sealed class RedisCanaryTests : CanaryTests, IDisposable
{
    private readonly RedisServer redis = new();

    private protected override IEnumerable<string> Files => redis.Files;

    public void Dispose() => redis.Dispose();

    private protected override ServiceGraph Create(params (string Key, string Value)[] settings) =>
        new(redis.ConnectionString, store: null, settings);
}
