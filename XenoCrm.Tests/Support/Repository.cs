namespace XenoCrm.Tests.Support;

/// <summary>The source tree that the tests were built in.</summary>
internal static class Repository
{
    public static string Root { get; } = Find();

    private static string Find()
    {
        for (var at = new DirectoryInfo(AppContext.BaseDirectory); at is not null; at = at.Parent)
        {
            if (File.Exists(Path.Combine(at.FullName, "XenoCrm.sln")))
            {
                return at.FullName;
            }
        }

        throw new InvalidOperationException($"No XenoCrm.sln above {AppContext.BaseDirectory}: these tests run inside the source tree.");
    }
}
