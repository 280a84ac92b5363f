using System.Collections.Frozen;
using MongoDB.Driver;

namespace XenoCrm.Data.Mongo;

/// <summary>Tells a server that cannot be reached, or not be relied upon, from a mistake of ours.</summary>
internal static class MongoFaults
{
    private const int DuplicateKey = 11000;
    private const int WriteConflict = 112;

    // HostUnreachable, HostNotFound, MaxTimeMSExpired, WriteConcernTimeout, NetworkTimeout, ShutdownInProgress, UnsatisfiableWriteConcern,
    // FailedToSatisfyReadPreference, PrimarySteppedDown, ExceededTimeLimit, SocketException, NotWritablePrimary,
    // InterruptedAtShutdown, Interrupted, InterruptedDueToReplStateChange, NotPrimaryNoSecondaryOk, NotPrimaryOrSecondary, OutOfDiskSpace.
    private static readonly FrozenSet<int> Passing = FrozenSet.Create(
        6, 7, 50, 64, 89, 91, 100, WriteConflict, 133, 189, 262, 9001, 10107, 11600, 11601, 11602, 13435, 13436, 14031);

    public static bool IsUnavailable(Exception e) => e switch
    {
        TimeoutException
            or MongoConnectionException
            or MongoConnectionPoolPausedException
            or MongoWaitQueueFullException
            or MongoExecutionTimeoutException
            or MongoNotPrimaryException
            or MongoNodeIsRecoveringException
            or MongoCursorNotFoundException
            or MongoWriteConcernException => true,
        MongoWriteException { WriteConcernError: not null } => true,
        MongoWriteException { WriteError: { } error } => Passing.Contains(error.Code),
        MongoBulkWriteException { WriteConcernError: not null } => true,
        MongoBulkWriteException bulk => bulk.WriteErrors.Any(error => Passing.Contains(error.Code)),
        MongoCommandException command => Passing.Contains(command.Code),
        _ => false,
    };

    public static bool IsDuplicateKey(Exception e) =>
        e is MongoWriteException { WriteConcernError: null, WriteError.Code: DuplicateKey };

    /// <summary>Whether nothing went wrong but that some keys were there already.</summary>
    public static bool IsDuplicateKeys(MongoBulkWriteException e) =>
        e.WriteConcernError is null && e.WriteErrors.All(error => error.Code == DuplicateKey);

    /// <summary>
    /// Whether the server gave up a write because another one was at the same documents. MongoDB itself tries again; servers
    /// that speak its language may leave that to us.
    /// </summary>
    public static bool IsConflict(Exception e) => e switch
    {
        MongoWriteException { WriteConcernError: null, WriteError.Code: WriteConflict } => true,
        MongoBulkWriteException { WriteConcernError: null } bulk => bulk.WriteErrors.Any(error => error.Code == WriteConflict),
        MongoCommandException command => command.Code == WriteConflict,
        _ => false,
    };

    /// <summary>Writes again for as long as there is a conflict. Only for what may be written twice.</summary>
    public static Task<T> AgainAfterConflictAsync<T>(Func<Task<T>> write) => AgainAsync(write, IsConflict);

    /// <summary>The same with documents that are added unless they are there, which two processes may do at once.</summary>
    public static Task<T> AgainAfterMeetingAsync<T>(Func<Task<T>> upsert) => AgainAsync(
        upsert,
        e => IsConflict(e) || e is MongoCommandException { Code: DuplicateKey } || (e is MongoBulkWriteException b && IsDuplicateKeys(b)));

    private static async Task<T> AgainAsync<T>(Func<Task<T>> write, Func<MongoException, bool> isMet)
    {
        while (true)
        {
            try
            {
                return await write();
            }
            catch (MongoException e) when (isMet(e))
            {
                // The other one is written, so that each round ends for somebody.
            }
        }
    }
}
