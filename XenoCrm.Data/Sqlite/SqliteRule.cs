using Microsoft.Data.Sqlite;
using XenoCrm.Core.Rules;

namespace XenoCrm.Data.Sqlite;

/// <summary>
/// A rule as a condition on <c>customers</c>. Nothing of the rule's text is in the SQL; it is all in parameters. The
/// condition may be NULL where it is not true, which WHERE takes for false.
/// </summary>
internal sealed class SqliteRule
{
    private readonly string condition;
    private readonly IReadOnlyList<object> parameters;

    private SqliteRule(string condition, IReadOnlyList<object> parameters) => (this.condition, this.parameters) = (condition, parameters);

    public static SqliteRule Of(Rule rule, RuleTime time)
    {
        var parameters = new SqliteRuleParameters();
        return new SqliteRule(new SqliteRuleBuilder(parameters, time).Build(rule), parameters.Values);
    }

    /// <summary><c>SELECT columns FROM customers WHERE rule rest</c>.</summary>
    public SqliteCommand Select(SqliteConnection connection, string columns, string rest = "")
    {
        var command = connection.CreateCommand();
        command.CommandText = $"SELECT {columns} FROM customers WHERE ({condition}) {rest}";
        for (var i = 0; i < parameters.Count; i++)
        {
            command.Parameters.AddWithValue(SqliteRuleParameters.Name(i), parameters[i]);
        }

        return command;
    }
}
