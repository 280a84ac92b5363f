namespace XenoCrm.AppHost.Local;

/// <summary>A process to run.</summary>
/// <param name="Name">Short, for the log.</param>
/// <param name="FileName">The program.</param>
/// <param name="Arguments">One by one, unquoted.</param>
/// <param name="WorkingDirectory">Where it runs.</param>
/// <param name="Environment">On top of the runner's own; null takes one away.</param>
/// <param name="IsReady">Asked again and again after the start until it says yes; it does not throw.</param>
internal sealed record LocalService(
    string Name,
    string FileName,
    IReadOnlyList<string> Arguments,
    string WorkingDirectory,
    IReadOnlyDictionary<string, string?> Environment,
    Func<CancellationToken, Task<bool>> IsReady)
{
    /// <summary>What it says while it starts is of interest only if it does not.</summary>
    public bool StartsSilently { get; init; }
}
