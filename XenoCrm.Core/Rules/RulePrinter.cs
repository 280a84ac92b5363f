using System.Globalization;
using System.Text.Json;

namespace XenoCrm.Core.Rules;

/// <summary>Writes the canonical form; <see cref="RuleJson"/> describes it.</summary>
internal static class RulePrinter
{
    public static void Write(Utf8JsonWriter writer, Rule rule)
    {
        writer.WriteStartObject();
        switch (rule)
        {
            case FieldTest or OrdersTest:
                WriteMembers(writer, [rule]);
                break;
            case AllOf all when FitOneObject(all.Rules):
                WriteMembers(writer, all.Rules);
                break;
            case AllOf all:
                WriteList(writer, RuleSyntax.And, all.Rules);
                break;
            case AnyOf any:
                WriteList(writer, RuleSyntax.Or, any.Rules);
                break;
            case Not not:
                writer.WritePropertyName(RuleSyntax.Not);
                Write(writer, not.Rule);
                break;
            default:
                writer.WriteBoolean(RuleSyntax.Everyone, true);
                break;
        }

        writer.WriteEndObject();
    }

    /// <summary>
    /// Whether these can be the members of one object, in their order: tests only, all of a field's beside one another,
    /// no operator twice on a field, and one test of orders. If not, their AND takes an <c>$and</c>.
    /// </summary>
    public static bool FitOneObject(IReadOnlyList<Rule> rules)
    {
        var seen = new HashSet<(Field, RuleOperator?)>();
        Field? last = null;
        var hasOrders = false;
        foreach (var rule in rules)
        {
            if (rule is OrdersTest && !hasOrders)
            {
                (last, hasOrders) = (null, true);
                continue;
            }

            if (rule is not FieldTest test
                || (test.Field != last && !seen.Add((test.Field, null)))
                || !seen.Add((test.Field, test.Operator)))
            {
                return false;
            }

            last = test.Field;
        }

        return true;
    }

    private static void WriteList(Utf8JsonWriter writer, string name, EquatableList<Rule> rules)
    {
        writer.WriteStartArray(name);
        foreach (var rule in rules)
        {
            Write(writer, rule);
        }

        writer.WriteEndArray();
    }

    private static void WriteMembers(Utf8JsonWriter writer, IReadOnlyList<Rule> rules)
    {
        for (var at = 0; at < rules.Count;)
        {
            if (rules[at] is OrdersTest orders)
            {
                writer.WriteStartObject(RuleSyntax.Orders);
                WriteTests(writer, orders.Where);
                WriteTests(writer, orders.Having);
                if (orders.IsLast)
                {
                    writer.WriteBoolean(RuleSyntax.Last, true);
                }

                writer.WriteEndObject();
                at++;
                continue;
            }

            var tests = rules.Skip(at).TakeWhile(rule => rule is FieldTest).Cast<FieldTest>().ToArray();
            WriteTests(writer, tests);
            at += tests.Length;
        }
    }

    private static void WriteTests(Utf8JsonWriter writer, IEnumerable<FieldTest> tests)
    {
        foreach (var ofField in tests.GroupBy(test => test.Field))
        {
            writer.WritePropertyName(ofField.Key.Name);
            if (ofField.ToArray() is [{ Operator: RuleOperator.Eq } equality] && ofField.Key != FieldCatalog.TotalSpend)
            {
                WriteValue(writer, equality.Value);
                continue;
            }

            writer.WriteStartObject();
            foreach (var test in ofField)
            {
                writer.WritePropertyName(RuleSyntax.Name(test.Operator));
                WriteOperand(writer, test);
            }

            writer.WriteEndObject();
        }
    }

    private static void WriteOperand(Utf8JsonWriter writer, FieldTest test)
    {
        if (test.Operator is not (RuleOperator.In or RuleOperator.Nin))
        {
            WriteValue(writer, test.Value);
            return;
        }

        writer.WriteStartArray();
        foreach (var value in test.Values)
        {
            WriteValue(writer, value);
        }

        writer.WriteEndArray();
    }

    private static void WriteValue(Utf8JsonWriter writer, RuleValue value)
    {
        switch (value)
        {
            case TextValue text:
                writer.WriteStringValue(text.Text);
                break;
            case NumberValue { Exact: { } exact }:
                writer.WriteNumberValue(exact);
                break;
            case NumberValue number:
                writer.WriteNumberValue(number.Number);
                break;
            case RankValue { IsPercent: true } rank:
                writer.WriteStringValue(string.Create(CultureInfo.InvariantCulture, $"{rank.Number}%"));
                break;
            case WithinValue within:
                writer.WriteStartObject();
                writer.WriteString(RuleSyntax.Within, string.Create(CultureInfo.InvariantCulture, $"{within.Days}d"));
                writer.WriteEndObject();
                break;
            case RankValue rank:
                writer.WriteNumberValue(rank.Number);
                break;
            case FlagValue flag:
                writer.WriteBooleanValue(flag.Flag);
                break;
            case DateValue date:
                writer.WriteStringValue(RuleDate.Format(date.At));
                break;
            case DayValue day:
                writer.WriteStringValue(RuleDate.Format(day.Day));
                break;
            case AgoValue ago:
                writer.WriteStartObject();
                writer.WriteString(
                    RuleSyntax.Ago, string.Create(CultureInfo.InvariantCulture, $"{ago.Count}{RuleSyntax.Suffix(ago.Unit)}"));
                writer.WriteEndObject();
                break;
        }
    }
}
