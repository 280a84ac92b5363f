using System.Text.RegularExpressions;
using Microsoft.Playwright;

namespace XenoCrm.SystemTests.Pages;

/// <summary>What holds of each page there is.</summary>
public sealed class EveryPageTests(PageGraph graph) : PageTest(graph)
{
    private const int MostBytes = 80 * 1024;

    public static TheoryData<string> Pages => EveryPage.Names;

    [Theory]
    [MemberData(nameof(Pages))]
    public async Task Axe_finds_nothing_by_day_and_by_night(string page)
    {
        var visit = await SeeAsync(page);
        await Expect(visit).ToHaveTitleAsync(new Regex(EveryPage.Of(page).Title));
        await Faultless.AssertAsync(visit);
        await visit.Page.EmulateMediaAsync(new() { ColorScheme = ColorScheme.Dark });
        await Faultless.AssertColoursAsync(visit);
    }

    [Theory]
    [MemberData(nameof(Pages))]
    public async Task A_page_fits_a_phone(string page)
    {
        var visit = await SeeAsync(page, options => options.ViewportSize = new() { Width = 390, Height = 844 });
        await Faultless.AssertFitsAsync(visit, 390);
    }

    [Theory]
    [MemberData(nameof(Pages))]
    public async Task A_first_load_is_light(string page)
    {
        var visit = await OpenAsync(page);
        var weight = await Weight.CountAsync(visit);
        await GoAsync(visit, page);
        await Weight.LoadedAsync(visit);
        Assert.True(weight.Bytes is > 0 and <= MostBytes, $"{weight}");
    }

    private async Task<Visit> SeeAsync(string page, Action<BrowserNewContextOptions>? change = null)
    {
        var visit = await OpenAsync(page, change);
        await GoAsync(visit, page);
        return visit;
    }

    private async Task<Visit> OpenAsync(string page, Action<BrowserNewContextOptions>? change = null)
    {
        await Graph.Showcase.ReadyAsync(Services);
        var visit = await VisitAsync(EveryPage.Of(page).Role, change);
        if (EveryPage.Of(page).Status is >= 400 and var status)
        {
            visit.Expect(status);
        }

        return visit;
    }

    private async Task GoAsync(Visit visit, string page)
    {
        var answer = await visit.GoAsync(EveryPage.Of(page).Path(Graph.Showcase));
        Assert.Equal(EveryPage.Of(page).Status, answer.Status);
    }
}
