using System.Text.Json;
using Microsoft.Data.Sqlite;
using XenoCrm.Core;
using XenoCrm.Core.Account;
using XenoCrm.Core.Customers;
using XenoCrm.Core.Rules;

namespace XenoCrm.Data.Sqlite;

internal sealed class SqliteCustomerStore(SqliteDatabase database, TimeProvider time, AccountSettings account) : ICustomerStore
{
    public Task<IReadOnlyList<CustomerResult>> UpsertAsync(IReadOnlyList<CustomerChange> batch, CancellationToken cancellationToken) =>
        database.WriteAsync<IReadOnlyList<CustomerResult>>(
            connection =>
            {
                using var customers = new SqliteCustomerWriter(connection, time.GetUtcNow());
                return [.. batch.Select(customers.Upsert)];
            },
            cancellationToken);

    public Task<Customer?> FindAsync(string id, CancellationToken cancellationToken) => database.ReadAsync(
        connection => connection.Find($"SELECT {SqliteCustomerRow.Columns} FROM customers WHERE id = ?1", SqliteCustomerRow.Read, id),
        cancellationToken);

    public Task<IReadOnlyDictionary<string, string>> FindNamesAsync(IReadOnlyCollection<string> ids, CancellationToken cancellationToken) =>
        database.ReadAsync<IReadOnlyDictionary<string, string>>(
            connection => connection.List(
                "SELECT id, name FROM customers WHERE id IN (SELECT value FROM json_each(?1))",
                row => KeyValuePair.Create(row.GetString(0), row.GetString(1)),
                JsonSerializer.Serialize(ids)).ToDictionary(),
            cancellationToken);

    public Task<Page<Customer>> ListAsync(CustomerQuery query, PageRequest page, CancellationToken cancellationToken)
    {
        var after = CustomerCursor.Read(query, page.Cursor);
        return database.ReadAsync(
            connection => CustomerCursor.Page(query, List(connection, query, after, page.Limit), page.Limit), cancellationToken);
    }

    public async Task<bool> EraseAsync(string id, CancellationToken cancellationToken)
    {
        var isErased = await database.WriteAsync(
            connection => SqliteErasures.Erase(connection, id, time.GetUtcNow()), cancellationToken);
        if (isErased)
        {
            database.TruncateLog();
        }

        return isErased;
    }

    public Task<CustomerWords> CountWordsAsync(int most, CancellationToken cancellationToken) => database.ReadAsync(
        connection =>
        {
            List<WordCount> Count(string word, string from, int limit) => connection.List(
                $"SELECT {word}, count(*) FROM {from} GROUP BY 1 ORDER BY 2 DESC, 1 LIMIT ?2",
                row => new WordCount(row.GetString(0), row.GetInt64(1)),
                CustomerWords.MaxCustomers, limit);
            return new CustomerWords(
                CustomerWords.Fold(Count("city", "(SELECT city FROM customers WHERE city IS NOT NULL LIMIT ?1)", 3 * most), most),
                CustomerWords.Fold(Count("country", "(SELECT country FROM customers WHERE country IS NOT NULL LIMIT ?1)", 3 * most), most),
                CustomerWords.Fold(Count("word.value", "(SELECT tags FROM customers LIMIT ?1), json_each(tags) word", 3 * most), most),
                Count("word.key", "(SELECT attributes FROM customers LIMIT ?1), json_each(attributes) word", most));
        },
        cancellationToken);

    // One more than asked for says that there is a next page.
    private List<Customer> List(SqliteConnection connection, CustomerQuery query, CustomerCursor.Place? after, int limit)
    {
        var (by, isText) = SortOf(query.Sort);
        var (beyond, direction) = query.Sort.IsDescending ? ("<", "DESC") : (">", "ASC");
        var rule = new SqliteRule(query.Rule ?? new Everyone(), new RuleTime(query.Now, account.Current.Zone));
        var (from, found) = query.TextKey is { } text ? SqliteCustomerSearch.For(rule, connection, text) : ("customers", "true");
        var sql = $"SELECT {SqliteCustomerRow.Columns} FROM {from} WHERE {rule.Condition} AND {found}";

        if (after is { } place)
        {
            object value = isText ? place.Value ?? place.Id : place.Units ?? long.MinValue;

            // The first limit is in the second, but an index of an expression is entered only by it.
            var limitOf = rule.Add(value);
            sql += $" AND {by} {beyond}= {limitOf} AND ({by}, id) {beyond} ({limitOf}, {rule.Add(place.Id)})";
        }

        sql += $" ORDER BY {by} {direction}, id {direction} LIMIT {rule.Add(limit + 1)}";
        return rule.List(connection, sql, SqliteCustomerRow.Read);
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
}
