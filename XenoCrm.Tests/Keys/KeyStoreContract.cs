using XenoCrm.Core;
using XenoCrm.Core.Keys;

namespace XenoCrm.Tests.Keys;

/// <summary>What every store of API keys holds to.</summary>
public abstract class KeyStoreContract
{
    private static readonly DateTimeOffset Now = new(2026, 11, 23, 8, 0, 0, TimeSpan.Zero);

    protected static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    protected abstract IKeyStore Keys { get; }

    [Fact]
    public async Task A_key_is_found_by_its_hash()
    {
        var key = Key(1, "shop") with { ExpiresAt = Now.AddDays(1) };
        Assert.True(await Keys.AddAsync(key, Cancellation));

        Assert.Equivalent(key, await Keys.FindByHashAsync(key.Hash, Cancellation), strict: true);
        Assert.Null(await Keys.FindByHashAsync(Key(2, "other").Hash, Cancellation));
    }

    [Fact]
    public async Task A_name_is_one_keys_until_it_is_revoked()
    {
        var key = Key(1, "Shop");
        await Keys.AddAsync(key, Cancellation);

        Assert.False(await Keys.AddAsync(Key(2, "shop"), Cancellation));
        Assert.Null(await Keys.FindByHashAsync(Key(2, "shop").Hash, Cancellation));

        Assert.Equal("Shop", (await Keys.RevokeAsync(key.Id, Cancellation))?.Name);
        Assert.True(await Keys.AddAsync(Key(2, "shop"), Cancellation));
    }

    [Fact]
    public async Task A_revoked_key_is_gone()
    {
        var key = Key(1, "shop");
        await Keys.AddAsync(key, Cancellation);

        Assert.Equivalent(key, await Keys.RevokeAsync(key.Id, Cancellation), strict: true);

        Assert.Null(await Keys.FindByHashAsync(key.Hash, Cancellation));
        Assert.Null(await Keys.RevokeAsync(key.Id, Cancellation));
        Assert.Empty((await Keys.ListAsync(new PageRequest(10, null), Cancellation)).Items);
    }

    [Fact]
    public async Task The_last_use_is_the_latest_that_was_noted()
    {
        var (used, idle) = (Key(1, "used"), Key(2, "idle"));
        await Keys.AddAsync(used, Cancellation);
        await Keys.AddAsync(idle, Cancellation);

        await Keys.NoteUsesAsync(
            new Dictionary<string, DateTimeOffset> { [used.Id] = Now.AddMinutes(5), ["no such key"] = Now }, Cancellation);
        await Keys.NoteUsesAsync(new Dictionary<string, DateTimeOffset> { [used.Id] = Now.AddMinutes(4) }, Cancellation);

        Assert.Equal(Now.AddMinutes(5), (await Keys.FindByHashAsync(used.Hash, Cancellation))!.LastUsedAt);
        Assert.Null((await Keys.FindByHashAsync(idle.Hash, Cancellation))!.LastUsedAt);
    }

    [Fact]
    public async Task Keys_are_listed_newest_first_page_by_page()
    {
        for (var i = 0; i < 3; i++)
        {
            await Keys.AddAsync(Key(i, $"key {i}"), Cancellation);
        }

        var first = await Keys.ListAsync(new PageRequest(2, null), Cancellation);
        var rest = await Keys.ListAsync(new PageRequest(2, first.NextCursor), Cancellation);

        Assert.Equal(["key 2", "key 1"], first.Items.Select(key => key.Name));
        Assert.Equal(["key 0"], rest.Items.Select(key => key.Name));
        Assert.Null(rest.NextCursor);
        await Assert.ThrowsAsync<InvalidCursorException>(() => Keys.ListAsync(new PageRequest(2, "x"), Cancellation));
    }

    private static ApiKey Key(int number, string name) => new()
    {
        Id = $"0199a000-0000-7000-8000-{number:D12}",
        Name = name,
        Hash = new string((char)('a' + number), 64),
        Scopes = ["ingest", "read"],
        CreatedBy = "mara@example.com",
        CreatedAt = Now,
    };
}
