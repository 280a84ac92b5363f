using Microsoft.Data.Sqlite;

namespace XenoCrm.VendorSimulator.Storage;

/// <summary>The writer's connection and its statements, each prepared once.</summary>
internal sealed class WriteSession(SqliteConnection connection) : IDisposable
{
    private readonly Dictionary<string, Statement> statements = [];

    public Statement Prepare(string sql)
    {
        if (!statements.TryGetValue(sql, out var statement))
        {
            statements[sql] = statement = new Statement(connection, sql);
        }

        return statement;
    }

    public void InTransaction(Action work)
    {
        Prepare("BEGIN IMMEDIATE").Run();
        work();
        Prepare("COMMIT").Run();
    }

    // Closing the connection undoes what is not committed.
    public void Dispose()
    {
        foreach (var statement in statements.Values)
        {
            statement.Dispose();
        }

        connection.Dispose();
    }
}
