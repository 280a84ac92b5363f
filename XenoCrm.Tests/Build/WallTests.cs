using ArchUnitNET.Domain;
using ArchUnitNET.Loader;
using Assembly = System.Reflection.Assembly;

namespace XenoCrm.Tests.Build;

/// <summary>Which room may know which: the projects among themselves, and inside a project its folders, which have no circles.</summary>
public sealed class WallTests
{
    private const string Api = "XenoCrm.Api";
    private const string Pages = "Pages";

    // Each project with those that it may know.
    private static readonly Dictionary<string, string[]> MayKnow = new()
    {
        ["XenoCrm.Core"] = [],
        ["XenoCrm.Language"] = ["XenoCrm.Core"],
        ["XenoCrm.ServiceDefaults"] = [],

        // Of the defaults it has the loop of background work: a store repairs what crashes have cut off.
        ["XenoCrm.Data"] = ["XenoCrm.Core", "XenoCrm.ServiceDefaults"],
        ["XenoCrm.ReceiptWorker"] = ["XenoCrm.Core", "XenoCrm.Data", "XenoCrm.ServiceDefaults"],
        ["XenoCrm.Api"] = ["XenoCrm.Core", "XenoCrm.Data", "XenoCrm.Language", "XenoCrm.ServiceDefaults"],

        // Another company: it shares how a process starts and is watched, and nothing of the domain.
        ["XenoCrm.VendorSimulator"] = ["XenoCrm.ServiceDefaults"],
    };

    public static TheoryData<string> Projects => [.. MayKnow.Keys];

    public static TheoryData<string> ProjectsWithFolders => [.. MayKnow.Keys, "XenoCrm.AppHost", "XenoCrm.Benchmarks"];

    [Theory]
    [MemberData(nameof(Projects))]
    public void A_project_knows_only_those_that_it_may(string project)
    {
        var known = Assembly.Load(project).GetReferencedAssemblies()
            .Select(name => name.Name!)
            .Where(name => name.StartsWith("XenoCrm.", StringComparison.Ordinal));
        Assert.Empty(known.Except(MayKnow[project]));
    }

    [Theory]
    [MemberData(nameof(ProjectsWithFolders))]
    public void The_folders_of_a_project_know_each_other_in_one_direction_only(string project)
    {
        var uses = Uses(project)
            .Select(use => (From: Room(project, use.From), To: Room(project, use.To), Words: Words(use)))
            .Where(use => use.From is not null && use.To is not null && use.From != use.To)
            .ToLookup(use => (From: use.From!, To: use.To!), use => use.Words);
        var circular = uses.Where(use => Reaches(uses.Select(each => each.Key).ToArray(), use.Key.To, use.Key.From)).ToArray();
        Assert.True(
            circular.Length == 0,
            string.Join('\n', circular.Select(use => $"{use.Key.From} -> {use.Key.To}\n  {string.Join("\n  ", use.Distinct())}")));
    }

    // They have the application's verbs, as the API's routes have them, and what a store is asked for is written once.
    [Fact]
    public void The_pages_know_no_store()
    {
        var known = Uses(Api).Where(use => Room(Api, use.From) == Pages && IsStore(use.To)).Select(Words).ToList();
        Assert.True(known.Count == 0, string.Join('\n', known));

        static bool IsStore(IType type) =>
            type.FullName.StartsWith("XenoCrm.Data.", StringComparison.Ordinal)
            || (type is Interface && type.FullName.StartsWith("XenoCrm.Core.", StringComparison.Ordinal)
                && (type.Name.EndsWith("Store", StringComparison.Ordinal) || type.Name.EndsWith("Stream", StringComparison.Ordinal)));
    }

    [Fact]
    public void Nobody_but_the_program_knows_the_pages()
    {
        var known = Uses(Api)
            .Where(use => Room(Api, use.To) == Pages && Room(Api, use.From) is not (null or Pages))
            .Select(Words)
            .ToList();
        Assert.True(known.Count == 0, string.Join('\n', known));
    }

    private static IEnumerable<(IType From, IType To)> Uses(string project) => new ArchLoader()
        .LoadAssemblies(Assembly.Load(project))
        .Build()
        .Types
        .SelectMany(type => type.Dependencies, (type, use) => (type, use.Target))
        .Where(use => use.Target.FullName is not null)
        .Distinct();

    private static string Words((IType From, IType To) use) => $"{use.From.FullName} -> {use.To.FullName}";

    /// <summary>The folder right inside the project, those inside it included; null for what is of another project or in none.</summary>
    private static string? Room(string project, IType type) =>
        type.FullName.StartsWith(project + ".", StringComparison.Ordinal) && type.Namespace.FullName.Length > project.Length
            ? type.Namespace.FullName[(project.Length + 1)..].Split('.')[0]
            : null;

    private static bool Reaches((string From, string To)[] uses, string from, string to)
    {
        var seen = new HashSet<string>();
        var open = new Stack<string>([from]);
        while (open.TryPop(out var room))
        {
            if (room == to)
            {
                return true;
            }

            if (seen.Add(room))
            {
                foreach (var use in uses.Where(use => use.From == room))
                {
                    open.Push(use.To);
                }
            }
        }

        return false;
    }

    [Fact]
    public void The_domain_knows_no_driver_and_no_web_server() =>
        Assert.All(
            Assembly.Load("XenoCrm.Core").GetReferencedAssemblies(),
            name => Assert.True(
                name.Name!.StartsWith("System.", StringComparison.Ordinal) || name.Name is "PhoneNumbers" or "NodaTime" or "Cronos",
                name.Name));
}
