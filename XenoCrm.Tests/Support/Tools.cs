namespace XenoCrm.Tests.Support;

/// <summary>
/// Programs that some tests need. Without one, the test is skipped with a reason that begins with "needs"; test.sh
/// installs what it can, and with --strict takes such a skip for a failure.
/// </summary>
internal static class Tools
{
    public static string RedisServer() => Require("redis-server");

    /// <summary>Debian's browser.</summary>
    public static string Chromium() => Require("chromium");

    /// <returns>Null where it is not on the PATH.</returns>
    public static string? Find(string program) => (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator)
        .Where(Path.IsPathRooted)
        .Select(folder => Path.Combine(folder, program))
        .FirstOrDefault(File.Exists);

    private static string Require(string program)
    {
        var path = Find(program);
        Assert.SkipWhen(path is null, $"needs {program}, which is not on the PATH (test.sh installs it where it may)");
        return path!;
    }
}
