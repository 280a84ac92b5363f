using XenoCrm.Data.Sqlite;
using XenoCrm.Tests.Support;

namespace XenoCrm.Tests.Sqlite;

/// <summary>Threads stand for processes here: a turn belongs to the thread that took it.</summary>
public sealed class WriteTurnTests : IDisposable
{
    private readonly TempFolder folder = new();

    private string Path => folder.File("xenocrm.db");

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task Two_never_have_it_at_once()
    {
        var inside = 0;
        var most = 0;
        await Task.WhenAll(OnThread(TakeMany), OnThread(TakeMany));
        Assert.Equal(1, most);

        void TakeMany()
        {
            using var turn = new WriteTurn(Path, Poll.Limit);
            for (var i = 0; i < 1_000; i++)
            {
                Assert.True(turn.Take());
                most = Math.Max(most, Interlocked.Increment(ref inside));
                Interlocked.Decrement(ref inside);
                turn.Give();
            }
        }
    }

    [Fact]
    public async Task Whoever_waits_gets_it_from_one_who_takes_it_again_and_again()
    {
        var isServed = false;
        var greedy = OnThread(() =>
        {
            using var turn = new WriteTurn(Path, Poll.Limit);
            while (!Volatile.Read(ref isServed))
            {
                Assert.True(turn.Take());
                turn.Give();
            }
        });
        await OnThread(() =>
        {
            using var turn = new WriteTurn(Path, Poll.Limit);
            for (var i = 0; i < 100; i++)
            {
                Assert.True(turn.Take());
                turn.Give();
            }
        });
        Volatile.Write(ref isServed, true);
        await greedy;
    }

    [Fact]
    public void What_somebody_took_who_is_gone_is_to_be_had()
    {
        using var turn = new WriteTurn(Path, Poll.Limit);
        Elsewhere(() => Assert.True(turn.Take()));
        Elsewhere(() =>
        {
            using var another = new WriteTurn(Path, Poll.Limit);
            Assert.True(another.Take());
            another.Give();
        });
    }

    [Fact]
    public void One_that_is_kept_too_long_is_done_without()
    {
        using var turn = new WriteTurn(Path, Poll.Limit);
        Assert.True(turn.Take());
        Elsewhere(() =>
        {
            using var another = new WriteTurn(Path, TimeSpan.FromMilliseconds(10));
            Assert.False(another.Take());
        });
        turn.Give();
    }

    [Fact]
    public void Each_file_has_a_turn_of_its_own()
    {
        using var turn = new WriteTurn(Path, Poll.Limit);
        Assert.True(turn.Take());
        Elsewhere(() =>
        {
            using var another = new WriteTurn(folder.File("another.db"), TimeSpan.FromMilliseconds(10));
            Assert.True(another.Take());
            another.Give();
        });
        turn.Give();
    }

    // On another thread, to its end, while this one stays: whoever awaits may go on as another.
    private static void Elsewhere(Action work)
    {
        Exception? failure = null;
        var thread = new Thread(() => failure = Record.Exception(work));
        thread.Start();
        thread.Join();
        Assert.Null(failure);
    }

    private static Task OnThread(Action work) =>
        Task.Factory.StartNew(work, TestContext.Current.CancellationToken, TaskCreationOptions.LongRunning, TaskScheduler.Default);
}
