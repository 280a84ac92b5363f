namespace Aspire.MongoDB.Driver;

/// <summary>As the package's, of which only what <c>XenoCrm.Data</c> sets is here.</summary>
internal sealed class MongoDBSettings
{
    /// <summary>The stand-in has no health check: nothing but <c>true</c> makes sense.</summary>
    public bool DisableHealthChecks { get; set; }

    /// <summary>The stand-in has no tracing: nothing but <c>true</c> makes sense.</summary>
    public bool DisableTracing { get; set; }
}
