using XenoCrm.Benchmarks.Measuring;
using XenoCrm.Tests.Support;

namespace XenoCrm.Tests.Harness;

public sealed class MarkedTextTests
{
    private const string Document = "# Speed\n<!-- the table: begin -->\nold\n<!-- the table: end -->\nThe rest.\n";

    [Fact]
    public void What_is_between_the_markers_is_replaced_and_nothing_else() => Assert.Equal(
        "# Speed\n<!-- the table: begin -->\nnew\n<!-- the table: end -->\nThe rest.\n",
        MarkedText.Replace(Document, "the table", "new\n"));

    [Fact]
    public void Written_twice_it_is_as_written_once()
    {
        var once = MarkedText.Replace(Document, "the table", "new");
        Assert.Equal(once, MarkedText.Replace(once, "the table", "new"));
    }

    [Theory]
    [InlineData("# Speed\n")]
    [InlineData("<!-- the table: begin -->\n")]
    [InlineData("<!-- the table: end -->\n<!-- the table: begin -->\n")]
    public void A_document_without_a_place_for_it_is_refused_and_the_place_is_named(string document)
    {
        var refusal = Assert.Throws<InvalidOperationException>(() => MarkedText.Replace(document, "the table", "new"));
        Assert.Contains("<!-- the table: begin -->", refusal.Message, StringComparison.Ordinal);
        Assert.Contains("<!-- the table: end -->", refusal.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("performance.md", Report.Marker)]
    [InlineData("pages.md", "first byte")]
    public void The_documents_that_the_harness_writes_have_a_place_for_it(string file, string marker) =>
        MarkedText.Replace(File.ReadAllText(Path.Combine(Repository.Root, "docs", file)), marker, "new");
}
