using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using XenoCrm.ServiceDefaults;

namespace XenoCrm.Api.Imports;

/// <summary>The ids of imports to run in this process, in their order. The store knows them too: a restart queues what it lost.</summary>
internal sealed class ImportQueue(TimeProvider time)
{
    private readonly ConcurrentQueue<string> ids = new();

    public Signal Added { get; } = new(time);

    public void Add(string id)
    {
        ids.Enqueue(id);
        Added.Wake();
    }

    public bool TryPeek([NotNullWhen(true)] out string? id) => ids.TryPeek(out id);

    public void RemoveFirst() => ids.TryDequeue(out _);
}
