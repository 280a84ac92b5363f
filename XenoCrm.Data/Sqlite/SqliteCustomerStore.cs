using Microsoft.Data.Sqlite;
using XenoCrm.Data.Customers;

namespace XenoCrm.Data.Sqlite;

internal sealed class SqliteCustomerStore(SqliteDatabase database, TimeProvider time) : ICustomerStore
{
    private const string CursorName = "customers";

    public Task<IReadOnlyList<CustomerResult>> UpsertAsync(IReadOnlyList<CustomerChange> batch, CancellationToken cancellationToken) =>
        database.WriteAsync<IReadOnlyList<CustomerResult>>(
            (connection, transaction) =>
            {
                using var customers = new SqliteCustomerWriter(connection, transaction, time.GetUtcNow());
                return [.. batch.Select(customers.Upsert)];
            },
            cancellationToken);

    public Task<Customer?> FindAsync(string id, CancellationToken cancellationToken) => database.ReadAsync(
        connection =>
        {
            using var find = new SqliteStatement(connection, null, $"SELECT {SqliteCustomerRow.Columns} FROM customers WHERE id = ?1");
            using var row = find.Query(id);
            return row.Read() ? SqliteCustomerRow.Read(row) : null;
        },
        cancellationToken);

    public Task<Page<Customer>> ListAsync(string? query, PageRequest page, CancellationToken cancellationToken)
    {
        var after = page.Cursor is null ? "" : Cursor.Decode(CursorName, page.Cursor);
        return database.ReadAsync(
            connection =>
            {
                using var list = new SqliteStatement(connection, null, $"""
                    SELECT {SqliteCustomerRow.Columns} FROM customers
                    WHERE id > ?1 AND (?2 IS NULL OR instr(name_key, ?2) > 0 OR instr(email_key, ?2) > 0)
                    ORDER BY id LIMIT ?3
                    """);
                using var row = list.Query(after, query is null ? null : TextKey.Of(query), page.Limit + 1);
                var customers = new List<Customer>();
                while (row.Read())
                {
                    cancellationToken.ThrowIfCancellationRequested();
                    customers.Add(SqliteCustomerRow.Read(row));
                }

                // One more than asked for says that there is a next page.
                return customers.Count <= page.Limit
                    ? new Page<Customer>(customers, null)
                    : new Page<Customer>(customers[..page.Limit], Cursor.Encode(CursorName, customers[page.Limit - 1].Id));
            },
            cancellationToken);
    }

    public async Task<bool> EraseAsync(string id, CancellationToken cancellationToken)
    {
        var isErased = await database.WriteAsync(
            (connection, transaction) => SqliteErasures.Erase(connection, transaction, id, time.GetUtcNow()), cancellationToken);
        if (isErased)
        {
            database.TruncateLog();
        }

        return isErased;
    }

    public Task<CustomerWords> CountWordsAsync(int most, CancellationToken cancellationToken) => database.ReadAsync(
        connection => new CustomerWords(
            CustomerWords.Fold(CountWords(connection, "city", "(SELECT city FROM customers WHERE city IS NOT NULL LIMIT ?1)", 3 * most), most),
            CustomerWords.Fold(CountWords(connection, "country", "(SELECT country FROM customers WHERE country IS NOT NULL LIMIT ?1)", 3 * most), most),
            CustomerWords.Fold(CountWords(connection, "word.value", "(SELECT tags FROM customers LIMIT ?1), json_each(tags) word", 3 * most), most),
            CountWords(connection, "word.key", "(SELECT attributes FROM customers LIMIT ?1), json_each(attributes) word", most)),
        cancellationToken);

    private static List<WordCount> CountWords(SqliteConnection connection, string word, string from, int most)
    {
        using var count = new SqliteStatement(connection, null, $"SELECT {word}, count(*) FROM {from} GROUP BY 1 ORDER BY 2 DESC, 1 LIMIT ?2");
        using var row = count.Query(CustomerWords.MaxCustomers, most);
        var words = new List<WordCount>();
        while (row.Read())
        {
            words.Add(new WordCount(row.GetString(0), row.GetInt64(1)));
        }

        return words;
    }
}
