using XenoCrm.AppHost;

namespace XenoCrm.SystemTests.AppHost;

/// <summary>Which of the packages that a feed may lack the AppHost was built with.</summary>
internal static class BuildHas
{
    public static bool Package(string name) =>
        typeof(StartFailure).Assembly.GetReferencedAssemblies().Any(reference => reference.Name == name);

    public static void Require(string package) =>
        Assert.SkipUnless(Package(package), $"The package feed had no {package} when this was built.");
}
