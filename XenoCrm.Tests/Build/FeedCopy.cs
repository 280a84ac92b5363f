using System.Diagnostics;
using System.IO.Compression;
using System.Runtime.InteropServices;
using System.Text.RegularExpressions;
using System.Xml.Linq;
using XenoCrm.Tests.Support;

namespace XenoCrm.Tests.Build;

/// <summary>
/// The build's own files with one small project, in a folder with a blank in its name, over a feed that is a folder and
/// has exactly the packages that a test puts there (empty ones). Nothing of the machine's package cache is seen.
/// </summary>
internal sealed partial class FeedCopy : IDisposable
{
    private readonly TempFolder folder = new();
    private readonly Dictionary<string, string> versions;

    public FeedCopy()
    {
        foreach (var file in Directory.EnumerateFiles(Repository.Root, "Directory.*").Append(Path.Combine(Repository.Root, "global.json")))
        {
            Copy(file);
        }

        foreach (var file in Directory.EnumerateFiles(Path.Combine(Repository.Root, "eng"), "*", SearchOption.AllDirectories))
        {
            Copy(file);
        }

        // As XenoCrm.AppHost imports Aspire.
        Write("One/One.csproj", """
            <Project>
              <Import Project="Sdk.props" Sdk="Microsoft.NET.Sdk" />
              <Import Project="Sdk.props" Sdk="Aspire.AppHost.Sdk" Version="$(AspireVersion)" Condition="'$(HasAspire)' == 'true'" />
              <Target Name="Say">
                <Message Importance="high" Text="seen: Aspire=$(HasAspire) MongoDB=$(HasMongoDB) StackExchangeRedis=$(HasStackExchangeRedis) OpenTelemetryHosting=$(HasOpenTelemetryHosting) GoogleAuthentication=$(HasGoogleAuthentication) ImportedSdk=$(ImportedSdk)" />
              </Target>
              <Import Project="Sdk.targets" Sdk="Microsoft.NET.Sdk" />
              <Import Project="Sdk.targets" Sdk="Aspire.AppHost.Sdk" Version="$(AspireVersion)" Condition="'$(HasAspire)' == 'true'" />
            </Project>
            """);
        Directory.CreateDirectory(Feed);
        UseFeed(Feed);

        versions = XDocument.Load(InTree("eng/Versions.props")).Descendants("PropertyGroup").Elements().ToDictionary(version => version.Name.LocalName, version => version.Value);
        versions["NETCoreSdkPortableRuntimeIdentifier"] = RuntimeInformation.RuntimeIdentifier;
        var analyzers = XDocument.Load(InTree("Directory.Packages.props")).Descendants("PackageVersion").Single(package => package.Attribute("Include")!.Value == "Microsoft.CodeAnalysis.BannedApiAnalyzers");
        AddPackage(analyzers.Attribute("Include")!.Value, analyzers.Attribute("Version")!.Value);
    }

    public string Feed => folder.File("feed");

    public string InTree(string path) => Path.Combine(folder.File("a tree"), path);

    public void UseFeed(string source) => Write("NuGet.config", $"""
        <configuration>
          <packageSources>
            <clear />
            <add key="only" value="{source}" />
          </packageSources>
        </configuration>
        """);

    public void Write(string path, string text)
    {
        var file = InTree(path);
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        File.WriteAllText(file, text);
    }

    /// <summary>Puts into the feed whatever the probe of a family looks for.</summary>
    public void AddFamily(string family)
    {
        foreach (var package in XDocument.Load(InTree($"eng/FeedProbe/{family}.csproj")).Descendants("ItemGroup").Elements())
        {
            AddPackage(Expand(package.Attribute("Include")!.Value), Expand(package.Attribute("Version")!.Value).Trim('[', ']'));
        }
    }

    public void AddPackage(string id, string version)
    {
        using var package = ZipFile.Open(Path.Combine(Feed, $"{id}.{version}.nupkg"), ZipArchiveMode.Create);
        Entry($"{id}.nuspec", $"""
            <package><metadata><id>{id}</id><version>{version}</version><authors>a test</authors><description>An empty package.</description></metadata></package>
            """);
        Entry("Sdk/Sdk.props", "<Project><PropertyGroup><ImportedSdk>true</ImportedSdk></PropertyGroup></Project>");
        Entry("Sdk/Sdk.targets", "<Project />");

        void Entry(string name, string text)
        {
            using var writer = new StreamWriter(package.CreateEntry(name).Open());
            writer.Write(text);
        }
    }

    /// <summary>Builds, as the first command or a later one: restores, and then says what there is instead of compiling.</summary>
    /// <returns>What the build had, in the order of the families.</returns>
    public async Task<IReadOnlyList<string>> BuildAsync(params string[] arguments)
    {
        var (code, output) = await DotnetAsync(["build", "One", "-t:Say", .. arguments]);
        Assert.True(code == 0, output);
        var seen = output.Split('\n').Single(line => line.Contains("seen: ", StringComparison.Ordinal));
        return [.. seen.Split(' ').Where(word => word.TrimEnd().EndsWith("=true", StringComparison.Ordinal)).Select(word => word[..word.IndexOf('=', StringComparison.Ordinal)])];
    }

    public async Task<(int Code, string Output)> DotnetAsync(params IEnumerable<string> arguments)
    {
        var start = new ProcessStartInfo("dotnet", arguments)
        {
            WorkingDirectory = InTree(""),
            RedirectStandardOutput = true,
            Environment =
            {
                ["NUGET_PACKAGES"] = folder.File("packages"),
                ["MSBUILDDISABLENODEREUSE"] = "1",
                ["DOTNET_CLI_USE_MSBUILD_SERVER"] = "0",
                ["DOTNET_NOLOGO"] = "1",
            },
        };
        using var process = Process.Start(start)!;
        var output = await process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        return (process.ExitCode, output);
    }

    public void Dispose() => folder.Dispose();

    private void Copy(string file)
    {
        var target = InTree(Path.GetRelativePath(Repository.Root, file));
        Directory.CreateDirectory(Path.GetDirectoryName(target)!);
        File.Copy(file, target);
    }

    private string Expand(string text) => Property().Replace(text, property => versions[property.Groups["name"].Value]);

    [GeneratedRegex(@"\$\((?<name>\w+)\)", RegexOptions.CultureInvariant)]
    private static partial Regex Property();
}
