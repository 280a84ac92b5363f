namespace XenoCrm.Tests.Graph;

/// <summary>SQLite alone: store and stream in one file.</summary>
public sealed class EmbeddedGraphTests : CampaignGraphTests
{
    private protected override ServiceGraph Create(params (string Key, string Value)[] settings) => new(redis: null, store: null, settings);
}
