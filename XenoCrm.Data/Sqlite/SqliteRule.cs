using Microsoft.Data.Sqlite;
using XenoCrm.Core.Rules;

namespace XenoCrm.Data.Sqlite;

/// <summary>
/// A rule as a condition on <c>customers</c>. Nothing of the rule's text is in the SQL; it is all in parameters. The
/// condition may be NULL where it is not true, which WHERE takes for false.
/// </summary>
internal sealed class SqliteRule
{
    private readonly SqliteRuleParameters parameters = new();

    public SqliteRule(Rule rule, RuleTime time) => Condition = $"({new SqliteRuleBuilder(parameters, time).Build(rule)})";

    public string Condition { get; }

    /// <summary>The rule's, and what was added to them.</summary>
    public object[] Values => [.. parameters.Values];

    /// <summary>One more parameter of the statement that the condition is in; its name, for the SQL.</summary>
    public string Add(object value) => parameters.AddValue(value);

    /// <summary>What the condition calls, for who does not use <see cref="List"/>.</summary>
    public void Prepare(SqliteConnection connection)
    {
        if (Condition.Contains("date_key", StringComparison.Ordinal))
        {
            connection.CreateFunction<string?, object?>("date_key", DateKey, isDeterministic: true);
        }
    }

    /// <param name="connection">Where the customers are.</param>
    /// <param name="sql">With the condition in it, and what was added.</param>
    /// <param name="read">Reads a row.</param>
    public List<T> List<T>(SqliteConnection connection, string sql, Func<SqliteDataReader, T> read)
    {
        Prepare(connection);
        return connection.List(sql, read, Values);
    }

    private static object? DateKey(string? text) => (text is null ? null : RuleDate.OfKey(text)) switch
    {
        DayValue day => RuleDate.Format(day.Day),
        DateValue date => date.At.ToUnixTimeMilliseconds(),
        _ => null,
    };
}
