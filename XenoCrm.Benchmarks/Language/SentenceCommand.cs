using System.Globalization;
using System.Text.Json;
using XenoCrm.Core.Customers;
using XenoCrm.Core.Rules;
using XenoCrm.Core.Segments;
using XenoCrm.Language;

namespace XenoCrm.Benchmarks.Language;

/// <summary>
/// Reads sentences with the built-in engine and, where the file says what they mean, scores it: a rule is right if it
/// selects the same customers as the file's rule does, a refusal if the file has one.
/// </summary>
internal static class SentenceCommand
{
    private const string CustomersBeside = "nl2segment-customers.jsonl";

    /// <param name="file">A JSON object a line: <c>{"id","prompt","kind"?,"rule"?|"refuse"?}</c>; a rule that is null is to be
    /// refused.</param>
    /// <param name="options"><c>--at DATE</c>, <c>--out FILE</c>, <c>--customers FILE</c>, each with its value.</param>
    /// <param name="report">Where the misses and the table go.</param>
    /// <param name="errors">Where it is said what cannot be understood.</param>
    /// <returns>The exit code: 0, or 1 if the command or a file cannot be understood.</returns>
    public static int Run(string file, string[] options, TextWriter report, TextWriter errors)
    {
        try
        {
            var (at, output, customers) = ReadOptions(options);
            Run(file, at, output, customers, report);
            return 0;
        }
        catch (Exception e) when (e is IOException or InvalidDataException or UnauthorizedAccessException)
        {
            errors.WriteLine(e.Message);
            return 1;
        }
    }

    private static (DateTimeOffset At, string? Out, string? Customers) ReadOptions(string[] options)
    {
        var at = TimeProvider.System.GetUtcNow();
        string? output = null;
        string? customers = null;
        for (var index = 0; index < options.Length; index += 2)
        {
            var value = index + 1 < options.Length ? options[index + 1] : null;
            switch (options[index])
            {
                case "--at" when DateTimeOffset.TryParse(value, CultureInfo.InvariantCulture,
                    DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out at):
                    break;
                case "--out" when value is not null:
                    output = value;
                    break;
                case "--customers" when value is not null:
                    customers = value;
                    break;
                default:
                    throw new InvalidDataException(
                        $"{options[index]} {value}: expected --at with a date such as 2022-07-01, "
                        + "--out with a file to write or --customers with a file of customers.");
            }
        }

        return (at, output, customers);
    }

    private static void Run(string file, DateTimeOffset now, string? output, string? customersFile, TextWriter report)
    {
        var lines = SentenceLine.ReadAll(file);
        var beside = Path.Combine(Path.GetDirectoryName(Path.GetFullPath(file))!, CustomersBeside);
        customersFile ??= File.Exists(beside) ? beside : null;
        var customers = customersFile is null ? CustomerLines.MakeUp(now) : CustomerLines.Read(customersFile);
        var hints = CustomerLines.Hints(customers);
        var results = lines.ConvertAll(line => (Line: line, Reading: GrammarEngine.Parse(line.Prompt, RuleTime.Utc(now), hints)));

        if (output is not null)
        {
            File.WriteAllLines(output, results.Select(result => Result(result.Line, result.Reading)));
        }

        Report(results, customers, customersFile, now, report);
    }

    private static string Result(SentenceLine line, Reading reading)
    {
        using var buffer = new MemoryStream();
        using (var writer = new Utf8JsonWriter(buffer))
        {
            writer.WriteStartObject();
            writer.WritePropertyName("id");
            line.Id.WriteTo(writer);
            writer.WritePropertyName("rule");
            if (reading is Understood understood)
            {
                RuleJson.Write(writer, understood.Rule);
            }
            else
            {
                writer.WriteNullValue();
            }

            writer.WriteBoolean("refused", reading is Refusal);
            writer.WriteString("message", Said(reading));
            writer.WriteEndObject();
        }

        return System.Text.Encoding.UTF8.GetString(buffer.ToArray());
    }

    private static void Report(
        List<(SentenceLine Line, Reading Reading)> results,
        List<Customer> customers,
        string? customersFile,
        DateTimeOffset now,
        TextWriter report)
    {
        var scored = results.Where(result => result.Line.HasAnswer)
            .Select(result =>
                (result.Line, result.Reading, Verdict: Judge(result.Line, result.Reading, customers, now, atLimits: customersFile is null)))
            .ToArray();
        foreach (var (line, reading, verdict) in scored.Where(result => result.Verdict != Verdict.Right))
        {
            report.WriteLine($"""
                {line.Id} [{line.Kind}] {line.Prompt}
                    {verdict.ToString().ToLowerInvariant()}
                    wanted  {(line.Rule is { } rule ? RuleJson.Print(rule) : "a refusal")}
                    got     {(reading is Understood understood ? RuleJson.Print(understood.Rule) : Said(reading))}
                """);
        }

        foreach (var kind in scored.GroupBy(result => result.Line.Kind).OrderBy(kind => kind.Key, StringComparer.Ordinal))
        {
            report.WriteLine(
                string.Create(CultureInfo.InvariantCulture, $"{kind.Key,-12} {Of(kind, Verdict.Right),4} of {kind.Count(),4}"));
        }

        var right = Of(scored, Verdict.Right);
        var share = 100.0 * right / Math.Max(1, scored.Length);
        var (wrong, refused, read) = (Of(scored, Verdict.Wrong), Of(scored, Verdict.Refused), Of(scored, Verdict.Read));
        var source = customersFile ?? $"made up for this run, and {CustomersAtLimits.Count} at each sentence's limits";
        report.WriteLine(scored.Length == 0
            ? $"{results.Count} sentences converted, {results.Count(result => result.Reading is Refusal)} of them refused; "
                + "the file has no answers to compare with."
            : string.Create(
                CultureInfo.InvariantCulture,
                $"""
                {"all",-12} {right,4} of {scored.Length,4} = {share:0.0} %, on {customers.Count} customers ({source})
                {"",-12} {wrong} wrong, {refused} refused though sayable, {read} read though to be refused
                """));

        static int Of(IEnumerable<(SentenceLine, Reading, Verdict Verdict)> scored, Verdict verdict) =>
            scored.Count(result => result.Verdict == verdict);
    }

    /// <summary>What became of a sentence, by the customers that its rule and the file's select.</summary>
    /// <param name="atLimits">Customers at the two rules' own limits are looked at too.</param>
    public static Verdict Judge(
        SentenceLine line,
        Reading reading,
        IReadOnlyList<Customer> customers,
        DateTimeOffset now,
        bool atLimits = true)
    {
        var time = RuleTime.Utc(now);
        return (line.Rule, reading) switch
        {
            (null, _) => reading is Refusal ? Verdict.Right : Verdict.Read,
            (_, Refusal) => Verdict.Refused,
            (var gold, Understood { Rule: var read }) when read == gold => Verdict.Right,

            // The customers have no orders to tell two such rules apart.
            (var gold, Understood { Rule: var read }) when gold.OrdersTests().Concat(read.OrdersTests()).Any() => Verdict.Wrong,
            (var gold, Understood { Rule: var read }) =>
                customers.Concat(atLimits ? CustomersAtLimits.Of([gold, read], customers, time) : [])
                .All(customer => Matches(gold, customer, customers, time) == Matches(read, customer, customers, time))
                    ? Verdict.Right
                    : Verdict.Wrong,
            _ => throw new InvalidOperationException(),
        };
    }

    private static bool Matches(Rule rule, Customer customer, IReadOnlyList<Customer> all, RuleTime time) =>
        RuleEvaluator.Matches(RuleRanking.Resolve(rule, all), customer, [], time);

    private static string Said(Reading reading) => reading is Understood understood
        ? RuleExplainer.Explain(understood.Rule)
        : ((Refusal)reading).Message;
}

/// <summary>What became of a sentence.</summary>
internal enum Verdict
{
    Right,

    /// <summary>A rule that selects others than the file's does.</summary>
    Wrong,

    /// <summary>No rule, where the file has one.</summary>
    Refused,

    /// <summary>A rule, where the file has none.</summary>
    Read,
}
