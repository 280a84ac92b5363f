namespace XenoCrm.Tests.Security;

/// <summary>What decides which routes there are.</summary>
internal sealed record AccessMode(string Environment, bool Google)
{
    /// <summary>The parts of docs/contract/access.txt that hold in it.</summary>
    public IEnumerable<string> Parts => Google
        ? ["everywhere", "with Google"]
        : ["everywhere", "without Google", $"{Environment} without Google"];

    public override string ToString() => $"{Environment} {(Google ? "with" : "without")} Google";
}
