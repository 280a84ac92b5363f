using System.Security.Cryptography;
using System.Text;

namespace XenoCrm.Data.Sqlite;

/// <summary>
/// Whose turn it is to write a file, among the processes of one user on this machine. SQLite lets a writer that finds the file taken
/// sleep for up to 100 ms at a time, while the file has long been free again; here whoever waits is woken when the other is done, and
/// goes before one that has only just written. What keeps the file whole is SQLite's own lock, so a turn that cannot be had is done
/// without. Used by one thread.
/// </summary>
internal sealed class WriteTurn : IDisposable
{
    private readonly TimeSpan patience;
    private readonly Mutex? turn;

    // Whoever waits for the turn holds this, so that one who gives the turn back and wants it again comes after them.
    private readonly Mutex? next;

    /// <param name="path">The file.</param>
    /// <param name="patience">How long a turn is waited for; whoever holds it longer may be a process that was stopped.</param>
    public WriteTurn(string path, TimeSpan patience)
    {
        this.patience = patience;
        var file = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(Path.GetFullPath(path)))[..16]);
        try
        {
            turn = Create("xenocrm-turn-" + file);
            next = Create("xenocrm-next-" + file);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or WaitHandleCannotBeOpenedException)
        {
            // No place for it on this machine, such as a /tmp that cannot be written.
            Dispose();
            (turn, next) = (null, null);
        }
    }

    /// <summary>Waits for it. False: it was done without, and is not to be given back.</summary>
    public bool Take()
    {
        if (turn is null || next is null || !Wait(next))
        {
            return false;
        }

        try
        {
            return Wait(turn);
        }
        finally
        {
            next.ReleaseMutex();
        }
    }

    public void Give() => turn!.ReleaseMutex();

    public void Dispose()
    {
        turn?.Dispose();
        next?.Dispose();
    }

    private static Mutex Create(string name) =>
        new(name, new NamedWaitHandleOptions { CurrentSessionOnly = false, CurrentUserOnly = true });

    private bool Wait(Mutex mutex)
    {
        try
        {
            return mutex.WaitOne(patience);
        }
        catch (AbandonedMutexException)
        {
            // Its holder was killed, and it is ours. SQLite undoes what was half written.
            return true;
        }
    }
}
