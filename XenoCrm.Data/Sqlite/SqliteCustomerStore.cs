using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Options;
using XenoCrm.Core;
using XenoCrm.Core.Account;
using XenoCrm.Core.Customers;
using XenoCrm.Core.Rules;

namespace XenoCrm.Data.Sqlite;

internal sealed class SqliteCustomerStore(SqliteDatabase database, TimeProvider time, IOptions<AccountOptions> account) : ICustomerStore
{
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

    public Task<Page<Customer>> ListAsync(CustomerQuery query, PageRequest page, CancellationToken cancellationToken)
    {
        var after = CustomerCursor.Read(query, page.Cursor);
        return database.ReadAsync(
            connection =>
            {
                using var list = List(connection, query, after, page.Limit);
                using var row = list.ExecuteReader();
                var customers = new List<Customer>();
                while (row.Read())
                {
                    cancellationToken.ThrowIfCancellationRequested();
                    customers.Add(SqliteCustomerRow.Read(row));
                }

                return CustomerCursor.Page(query, customers, page.Limit);
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

    // One more than asked for says that there is a next page.
    private SqliteCommand List(SqliteConnection connection, CustomerQuery query, CustomerCursor.Place? after, int limit)
    {
        var (by, isText) = SortOf(query.Sort);
        var (beyond, direction) = query.Sort.IsDescending ? ("<", "DESC") : (">", "ASC");
        var list = SqliteRule.Of(query.Rule ?? new Everyone(), new RuleTime(query.Now, account.Value.Zone)).Select(connection, SqliteCustomerRow.Columns, $"""
            AND (@text IS NULL OR instr(name_key, @text) > 0 OR instr(email_key, @text) > 0)
            {(after is null ? "" : $"AND ({by}, id) {beyond} (@value, @id)")}
            ORDER BY {by} {direction}, id {direction} LIMIT @limit
            """);
        list.Parameters.AddWithValue("@text", (object?)query.TextKey ?? DBNull.Value);
        list.Parameters.AddWithValue("@limit", limit + 1);
        if (after is { } place)
        {
            list.Parameters.AddWithValue("@id", place.Id);
            list.Parameters.AddWithValue("@value", isText ? place.Value ?? place.Id : place.Units ?? long.MinValue);
        }

        return list;
    }

    private static (string By, bool IsText) SortOf(CustomerSort sort) => sort.Field switch
    {
        "name" => ("name_key", true),
        "createdAt" => ("created_at", false),
        "totalSpend" => ("total_spend", false),
        "orderCount" => ("order_count", false),
        "firstOrderAt" => ($"coalesce(first_order_at, {long.MinValue})", false),
        "lastOrderAt" => ($"coalesce(last_order_at, {long.MinValue})", false),
        _ => ("id", true),
    };

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
