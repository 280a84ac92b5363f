using XenoCrm.Core;
using XenoCrm.Core.Audit;

namespace XenoCrm.Tests.Audit;

/// <summary>What every audit log holds to.</summary>
public abstract class AuditStoreContract
{
    private static readonly DateTimeOffset Now = new(2026, 11, 23, 8, 0, 0, TimeSpan.Zero);

    protected static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    protected abstract IAuditStore Log { get; }

    [Fact]
    public async Task Entries_are_listed_newest_first_page_by_page_as_they_were_written()
    {
        AuditEntry[] entries =
        [
            new(Id(1), Now, "mara@example.com", "person.role-changed", "p1", "viewer → admin"),
            new(Id(2), Now.AddMinutes(1), "key:shop", "receipts.replayed", null, "receipts: 2"),
            new(Id(3), Now.AddMinutes(2), "mara@example.com", "customer.erased", "c1", null),
        ];
        foreach (var entry in entries)
        {
            await Log.AddAsync(entry, Cancellation);
        }

        var first = await Log.ListAsync(AuditFilter.All, new PageRequest(2, null), Cancellation);
        var rest = await Log.ListAsync(AuditFilter.All, new PageRequest(2, first.NextCursor), Cancellation);

        Assert.Equal([entries[2], entries[1]], first.Items);
        Assert.Equal([entries[0]], rest.Items);
        Assert.Null(rest.NextCursor);
    }

    [Fact]
    public async Task Another_lists_cursor_is_refused() =>
        await Assert.ThrowsAsync<InvalidCursorException>(() => Log.ListAsync(AuditFilter.All, new PageRequest(2, "x"), Cancellation));

    [Fact]
    public async Task A_filter_lets_only_one_action_or_one_persons_entries_pass_page_by_page()
    {
        AuditEntry[] entries =
        [
            new(Id(1), Now, "mara@example.com", "key.created", "k1", null),
            new(Id(2), Now, "mo@example.com", "key.created", "k2", null),
            new(Id(3), Now, "mara@example.com", "key.revoked", "k1", null),
            new(Id(4), Now, "mara@example.com", "key.created", "k3", null),
        ];
        foreach (var entry in entries)
        {
            await Log.AddAsync(entry, Cancellation);
        }

        var hers = new AuditFilter("key.created", "mara@example.com");
        var first = await Log.ListAsync(hers, new PageRequest(1, null), Cancellation);
        var rest = await Log.ListAsync(hers, new PageRequest(1, first.NextCursor), Cancellation);
        var created = await Log.ListAsync(new AuditFilter("key.created", null), new PageRequest(9, null), Cancellation);
        var his = await Log.ListAsync(new AuditFilter(null, "mo@example.com"), new PageRequest(9, null), Cancellation);

        Assert.Equal([entries[3]], first.Items);
        Assert.Equal([entries[0]], rest.Items);
        Assert.Null(rest.NextCursor);
        Assert.Equal([entries[3], entries[1], entries[0]], created.Items);
        Assert.Equal([entries[1]], his.Items);
        await Assert.ThrowsAsync<InvalidCursorException>(
            () => Log.ListAsync(AuditFilter.All, new PageRequest(1, first.NextCursor), Cancellation));
    }

    private static string Id(int number) => $"0199a000-0000-7000-8000-{number:D12}";
}
