namespace XenoCrm.Tests.Support;

/// <summary>One of our services, whoever runs it.</summary>
internal interface IRunningService : IDisposable
{
    Uri Address { get; }

    /// <summary>Starts it, also once more, and waits until it is ready for work.</summary>
    Task StartAsync();

    /// <summary>Ends it at once, as a crash would.</summary>
    void Kill();

    /// <summary>Asks it to stop and waits for its end.</summary>
    /// <returns>The exit code; null where whoever runs it does not learn it.</returns>
    Task<int?> StopAsync();
}
