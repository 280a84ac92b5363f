using XenoCrm.SystemTests.Graph;

namespace XenoCrm.SystemTests.Canary;

/// <summary>SQLite alone: store and stream in one file.</summary>
public sealed class EmbeddedCanaryTests : CanaryTests
{
    private protected override ServiceGraph Create(params (string Key, string Value)[] settings) => new(redis: null, store: null, settings);
}
