using System.Globalization;
using System.Text;
using Microsoft.Playwright;
using XenoCrm.Tests.Support;

namespace XenoCrm.SystemTests.Pages;

/// <summary>
/// The pictures of the pages in docs/pages, and what each page weighs in docs/pages.md: <c>XENOCRM_PICTURES=1</c> makes them anew
/// (by a run of this class alone, as what other tests leave behind would be in them).
/// </summary>
public sealed class PictureTests(PageGraph graph) : PageTest(graph)
{
    private const int MostBytes = 2 * 1024 * 1024;

    // A list of hundreds of rows is no picture any more.
    private const int TallestPicture = 900;

    private const int LeastHeight = 800;

    // A campaign runs, so its events never end: what else a page loads after its frame is what counts.
    private const string IsComplete = """
        document.readyState === "complete"
            && !document.querySelector("[aria-busy], .audience:not([data-state=known])")
            && [...document.querySelectorAll("[data-load]")].every(part => part.shown)
        """;

    private static readonly string Folder = Path.Combine(Repository.Root, "docs", "pages");

    private static bool IsToMake => Environment.GetEnvironmentVariable("XENOCRM_PICTURES") == "1";

    private static IEnumerable<(EveryPage Page, int Width, ColorScheme Colours)> Pictures =>
        from page in EveryPage.All
        from width in new[] { 1280, 390 }
        from colours in new[] { ColorScheme.Light, ColorScheme.Dark }
        select (page, width, colours);

    [Fact]
    public async Task Each_page_has_its_pictures_and_they_are_small()
    {
        if (IsToMake)
        {
            var shop = await PictureShop.MakeAsync(Services, await VisitAsync("admin"), Graph.StoreFile);
            Directory.CreateDirectory(Folder);
            foreach (var old in Directory.GetFiles(Folder, "*.webp"))
            {
                File.Delete(old);
            }

            var weights = new StringBuilder("| page | files | KB |\n|---|---|---|\n");
            foreach (var page in EveryPage.All)
            {
                weights.AppendLine(await MakeAsync(page, shop));
            }

            Write(weights.ToString());
        }

        var files = Directory.GetFiles(Folder);
        Assert.Equal(
            Pictures.Select(picture => Name(picture.Page, picture.Width, picture.Colours)).Order(StringComparer.Ordinal),
            files.Select(file => Path.GetFileName(file)!).Order(StringComparer.Ordinal));
        Assert.InRange(files.Sum(file => new FileInfo(file).Length), 1, MostBytes);
    }

    /// <returns>The page's row in the table of weights.</returns>
    private async Task<string> MakeAsync(EveryPage page, Showcase shop)
    {
        var visit = await VisitAsync(page.Role);
        if (page.Status >= 400)
        {
            visit.Expect(page.Status);
        }

        var weight = await Weight.CountAsync(visit);
        await visit.GoAsync(page.Path(shop));
        await Poll.UntilAsync(() => visit.Page.EvaluateAsync<bool>(IsComplete), $"{page.Name} to be complete");
        var row = string.Create(CultureInfo.InvariantCulture, $"| {page.Name} | {weight.Files} | {weight.Bytes / 1024.0:0.0} |");
        var session = await visit.Context.NewCDPSessionAsync(visit.Page);
        foreach (var (_, width, colours) in Pictures.Where(picture => picture.Page == page))
        {
            await visit.Page.EmulateMediaAsync(new() { ColorScheme = colours });
            await visit.Page.SetViewportSizeAsync(width, LeastHeight);
            var height = await visit.Page.EvaluateAsync<int>("document.documentElement.scrollHeight");
            await visit.Page.SetViewportSizeAsync(width, Math.Clamp(height, LeastHeight, TallestPicture));
            var picture = await session.SendAsync("Page.captureScreenshot", new() { ["format"] = "webp", ["quality"] = 18 });
            await File.WriteAllBytesAsync(
                Path.Combine(Folder, Name(page, width, colours)), picture!.Value.GetProperty("data").GetBytesFromBase64(), Cancellation);
        }

        await visit.EndAsync();
        return row;
    }

    private static void Write(string table)
    {
        const string Begin = "<!-- weight: begin -->\n";
        var file = Path.Combine(Repository.Root, "docs", "pages.md");
        var text = File.ReadAllText(file);
        var begin = text.IndexOf(Begin, StringComparison.Ordinal) + Begin.Length;
        File.WriteAllText(file, text[..begin] + table + text[text.IndexOf("<!-- weight: end -->", begin, StringComparison.Ordinal)..]);
    }

    private static string Name(EveryPage page, int width, ColorScheme colours) =>
        string.Create(CultureInfo.InvariantCulture, $"{page.Name}-{width}-{(colours == ColorScheme.Dark ? "dark" : "light")}.webp");
}
