using XenoCrm.Benchmarks.Measuring;

namespace XenoCrm.Tests.Harness;

public sealed class LedgerTests
{
    [Fact]
    public void Books_that_agree_are_told_with_their_numbers()
    {
        var line = new Ledger("the campaign")
            .Same(("audience", 1_000), ("rows", 1_000), ("vendor's book", 1_000))
            .None("left in the stream", 0)
            .Check();
        Assert.Equal("ledger of the campaign: audience 1,000 = rows 1,000 = vendor's book 1,000; left in the stream 0", line);
    }

    [Fact]
    public void A_book_that_differs_fails_the_run_with_all_numbers()
    {
        var ledger = new Ledger("the campaign").Same(("audience", 1_000), ("rows", 1_000), ("vendor's book", 999)).None("dead letters", 0);
        var failure = Assert.Throws<LedgerException>(ledger.Check);
        Assert.Equal("The books of the campaign differ: audience 1,000 = rows 1,000 = vendor's book 999; dead letters 0.", failure.Message);
    }

    [Fact]
    public void What_is_left_over_fails_the_run() =>
        Assert.Throws<LedgerException>(new Ledger("receipts").Same(("sent", 5), ("applied", 5)).None("left in the stream", 1).Check);

    [Fact]
    public void A_later_line_does_not_make_an_earlier_one_good() =>
        Assert.Throws<LedgerException>(new Ledger("receipts").Same(("sent", 5), ("applied", 4)).Same(("rows", 1), ("audience", 1)).Check);
}
