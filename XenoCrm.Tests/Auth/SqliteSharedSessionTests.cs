using XenoCrm.Tests.Support;

namespace XenoCrm.Tests.Auth;

public sealed class SqliteSharedSessionTests : SharedSessionContract, IDisposable
{
    private readonly TempFolder folder = new();

    public void Dispose() => folder.Dispose();

    protected override ApiServer Server() =>
        new(new Dictionary<string, string?> { ["ConnectionStrings:xenocrm"] = $"Data Source={folder.File("shared.db")}" });
}
