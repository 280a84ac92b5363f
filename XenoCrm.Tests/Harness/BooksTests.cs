using XenoCrm.Benchmarks.Faults;
using XenoCrm.Benchmarks.Load;
using XenoCrm.Benchmarks.Measuring;

namespace XenoCrm.Tests.Harness;

/// <summary>The books of a disturbed campaign, and that each thing that may go wrong with one makes them differ.</summary>
public sealed class BooksTests
{
    private static readonly Stats Numbers = new(Audience: 3, Pending: 0, Sent: 2, Failed: 1, Skipped: 0);

    private static readonly Books.LogRow[] Log = [new("r1", "c1", "SENT"), new("r2", "c2", "FAILED"), new("r3", "c3", "SENT")];

    private static readonly VendorsBook.Row[] Book =
        [new("r1", "c1@example.com", "SENT"), new("r2", "c2@example.com", "FAILED"), new("r3", "c3@example.com", "SENT")];

    [Fact]
    public void Books_of_a_campaign_that_lost_nothing_agree() =>
        Assert.Contains("SENT in the book 2 = in the log 2", Books.Compare(Numbers, Log, Book, 3).Check(), StringComparison.Ordinal);

    [Fact]
    public void A_message_that_never_left_is_seen() => AssertDiffers(Numbers, Log, Book[..2]);

    [Fact]
    public void A_second_message_to_somebody_is_seen() =>
        AssertDiffers(Numbers, Log, [.. Book[..2], new("r3", "c1@example.com", "SENT")]);

    [Fact]
    public void A_message_of_no_row_is_seen() => AssertDiffers(Numbers, Log, [.. Book[..2], new("r9", "c3@example.com", "SENT")]);

    [Fact]
    public void A_row_that_the_book_has_otherwise_is_seen_even_if_the_numbers_agree() =>
        AssertDiffers(Numbers, [new("r1", "c1", "FAILED"), new("r2", "c2", "SENT"), Log[2]], Book);

    [Fact]
    public void A_second_row_of_a_customer_is_seen() => AssertDiffers(Numbers, [Log[0], Log[1], new("r3", "c1", "SENT")], Book);

    [Fact]
    public void A_lost_row_is_seen() => AssertDiffers(Numbers, Log[..2], Book);

    [Fact]
    public void Numbers_that_are_no_recount_are_seen() => AssertDiffers(Numbers with { Sent = 1, Failed = 2 }, Log, Book);

    [Fact]
    public void What_is_pending_is_seen() =>
        AssertDiffers(Numbers with { Sent = 1, Pending = 1 }, [Log[0], Log[1], new("r3", "c3", "PENDING")], Book);

    private static void AssertDiffers(Stats stats, Books.LogRow[] log, VendorsBook.Row[] book) =>
        Assert.Throws<LedgerException>(Books.Compare(stats, log, book, 3).Check);
}
