using XenoCrm.Benchmarks.Measuring;
using XenoCrm.Tests.Support;

namespace XenoCrm.Tests.Harness;

public sealed class ReportTests : IDisposable
{
    private static readonly Machine Here = new("EPYC", 2, "24 GiB", "Debian 12", ".NET 10", "ext4 (/dev/vda)", 310, "7.0.15", "v20");
    private static readonly DateTimeOffset At = new(2026, 11, 29, 8, 0, 0, TimeSpan.Zero);

    private static readonly (string, string, string)[] Rows =
        [("P1", "single receipts", "receipts-single"), ("P2", "receipts in bodies", "receipts-batched"), ("P13", "on MongoDB", "mongo")];

    private readonly TempFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void A_row_has_the_median_and_range_of_its_runs_beside_goal_and_limit()
    {
        var table = Write(Result("P1", Rate(9_000, 20_000), Rate(12_000, 20_000), Rate(10_000, 25_000)));
        Assert.Contains(
            "| P1 | single receipts | ratio at least 0.5 | 10,000 / s (9,000 / s to 12,000 / s) | empty endpoint: 20,000 / s "
            + "| 0.45 (0.40 to 0.60) | 0.25 | **no** |",
            table,
            StringComparison.Ordinal);
        Assert.Contains(
            "| P1 | single receipts | api 80.0 µs (60.0 + 20.0) | empty endpoint 20.0 µs (15.0 + 5.0) |", table, StringComparison.Ordinal);
    }

    [Fact]
    public void A_goal_that_is_reached_says_so() =>
        Assert.Contains("| yes |", Write(Result("P1", Rate(15_000, 20_000))), StringComparison.Ordinal);

    [Fact]
    public void A_row_that_nobody_measured_says_how_to() => Assert.Contains(
        "| P2 | receipts in bodies | | not measured yet: `dotnet run --project XenoCrm.Benchmarks -c Release -- receipts-batched` |",
        Write(Result("P1", Rate(1, 2))),
        StringComparison.Ordinal);

    [Fact]
    public void A_row_that_was_skipped_says_why() => Assert.Contains(
        "| P13 | on MongoDB | | skipped: There is no server. |",
        Write(Result("P13") with { Skipped = "There is no server." }),
        StringComparison.Ordinal);

    [Fact]
    public void The_machine_the_commit_and_a_row_of_another_commit_are_told()
    {
        var table = Write(
            Result("P1", Rate(1, 2)) with { Commit = "abc" },
            Result("P2", Rate(1, 2)) with { Commit = "old", At = At.AddDays(-1) });
        Assert.Contains(
            "2 cores (EPYC), 24 GiB, Debian 12, .NET 10, Redis 7.0.15, Node v20. Stores on ext4 (/dev/vda)",
            table,
            StringComparison.Ordinal);
        Assert.Contains("take 310 µs", table, StringComparison.Ordinal);
        Assert.Contains("synchronous=FULL", table, StringComparison.Ordinal);
        Assert.Contains("Commit abc; measured on another one: P2 (old).", table, StringComparison.Ordinal);
    }

    [Fact]
    public void What_measured_a_row_is_told_so_that_it_can_be_done_again() =>
        Assert.Contains("- P1, 2026-11-29: `some-command --runs 1`", Write(Result("P1", Rate(1, 2))), StringComparison.Ordinal);

    [Fact]
    public void What_a_row_kept_is_read_again_as_it_was()
    {
        var kept = Result("P1", Rate(10_000, 20_000));
        kept.Save(folder.Path);
        Assert.Equal(Write(kept), Write([.. RowResult.ReadAll(folder.Path)]));
    }

    [Fact]
    public void Without_any_result_there_is_a_table_all_the_same() =>
        Assert.Contains("| P1 | single receipts | | not measured yet", Write(), StringComparison.Ordinal);

    private static string Write(params RowResult[] results) => Report.Write(Rows, results, "With `synchronous=FULL`.");

    private static RowResult Result(string row, params Figure[] runs) =>
        new(row, "", $"some-command --runs {runs.Length}", "abc", At, Here, [.. runs.Select(figure => (IReadOnlyList<Figure>)[figure])]);

    private static Figure Rate(double value, double limit) => new("single receipts", value, Unit.PerSecond)
    {
        Goal = Goal.Ratio(0.5),
        Limit = new("empty endpoint", limit, new Spent("empty endpoint", 15, 5), "api"),
        Processor = [new("api", 60, 20)],
    };
}
