using System.Text.RegularExpressions;
using XenoCrm.Tests.Support;

namespace XenoCrm.Tests.Build;

/// <summary>The documents name files and pages that are there.</summary>
public sealed partial class DocumentTests
{
    public static TheoryData<string> Documents =>
    [
        .. new[] { Repository.Root, Path.Combine(Repository.Root, "docs"), Path.Combine(Repository.Root, "docs", "decisions") }
            .SelectMany(folder => Directory.GetFiles(folder, "*.md"))
            .Select(file => Path.GetRelativePath(Repository.Root, file)),
    ];

    [Theory]
    [MemberData(nameof(Documents))]
    public void Every_file_that_a_document_names_is_there(string document)
    {
        var path = Path.Combine(Repository.Root, document);
        var text = File.ReadAllText(path);
        var files = SourceFile().Matches(text).Select(match => Path.Combine(Repository.Root, match.Groups["path"].Value));
        var links = Link().Matches(text).Select(match => Path.Combine(Path.GetDirectoryName(path)!, match.Groups["path"].Value));
        Assert.All(files.Concat(links), file => Assert.True(Path.Exists(file), $"{document} names {file}"));
    }

    [GeneratedRegex(@"`(?<path>(XenoCrm\.\w+|offline|samples|eng|deploy)/[\w./-]+\.\w+)`")]
    private static partial Regex SourceFile();

    [GeneratedRegex(@"\]\((?<path>[^)#:]+)(#[^)]*)?\)")]
    private static partial Regex Link();
}
