using System.Threading.Channels;

namespace XenoCrm.Api.Imports;

/// <summary>The ids of imports to run in this process, in their order. The store knows them too: a restart queues what it lost.</summary>
internal sealed class ImportQueue
{
    private readonly Channel<string> ids = Channel.CreateUnbounded<string>(new UnboundedChannelOptions { SingleReader = true });

    public void Add(string id) => ids.Writer.TryWrite(id);

    public IAsyncEnumerable<string> ReadAllAsync(CancellationToken cancellationToken) => ids.Reader.ReadAllAsync(cancellationToken);
}
