using XenoCrm.Core.Account;

namespace XenoCrm.Data.Sqlite;

internal sealed class SqliteAccountStore(SqliteDatabase database) : IAccountStore
{
    public Task<AccountOverrides> ReadAsync(CancellationToken cancellationToken) => database.ReadAsync(
        connection => AccountOverrides.Parse(connection
            .List("SELECT member, value FROM account_settings", row => KeyValuePair.Create(row.GetString(0), row.GetString(1)))
            .ToDictionary()),
        cancellationToken);

    public Task ChangeAsync(AccountOverrides set, IReadOnlyCollection<string> reset, CancellationToken cancellationToken) =>
        database.WriteAsync(
            connection =>
            {
                foreach (var member in reset)
                {
                    connection.Execute("DELETE FROM account_settings WHERE member = ?1", member);
                }

                foreach (var (member, value) in set.ToTexts())
                {
                    connection.Execute("INSERT OR REPLACE INTO account_settings (member, value) VALUES (?1, ?2)", member, value);
                }
            },
            cancellationToken);
}
