using System.Text.Json;
using XenoCrm.Benchmarks.Language;
using XenoCrm.Tests.Support;

namespace XenoCrm.Tests.Language;

public sealed class SentenceCommandTests : IDisposable
{
    private readonly TempFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void Each_prompt_gets_a_line_and_each_kind_its_accuracy()
    {
        var file = Write("some.jsonl", """
            {"id":"a","prompt":"spent over 500","rule":{"totalSpend":{"$gt":500}},"kind":"threshold"}
            {"id":2,"prompt":"women in Pune","refuse":true,"why":"gender","kind":"refuse"}

            {"id":"c","prompt":"from Delhi","rule":{"city":"Pune"},"kind":"text"}
            {"id":"d","prompt":"from Delhi","rule":null,"kind":"text"}
            {"id":"e","prompt":"women in Pune","rule":{"city":"Pune"},"kind":"text"}
            """);
        var result = folder.File("result.jsonl");

        var (code, report, errors) = Run(file, "--at", "2022-07-01", "--out", result);

        Assert.Equal((0, ""), (code, errors));
        Assert.Contains("threshold       1 of    1", report, StringComparison.Ordinal);
        Assert.Contains("text            0 of    3", report, StringComparison.Ordinal);
        Assert.Contains("all             2 of    5 = 40.0 %", report, StringComparison.Ordinal);
        Assert.Contains("1 wrong, 1 refused though sayable, 1 read though to be refused", report, StringComparison.Ordinal);
        Assert.Contains("c [text] from Delhi", report, StringComparison.Ordinal);
        Assert.Contains("""wanted  {"city":"Pune"}""", report, StringComparison.Ordinal);
        var lines = File.ReadAllLines(result).Select(line => JsonSerializer.Deserialize<JsonElement>(line)).ToArray();
        Assert.Equal(["a", "2", "c", "d", "e"], lines.Select(line => line.GetProperty("id").ToString()));
        Assert.Equal([false, true, false, false, true], lines.Select(line => line.GetProperty("refused").GetBoolean()));
        Assert.Equal(["""{"totalSpend":{"$gt":500}}""", "",
            """{"city":"Delhi"}""", """{"city":"Delhi"}""", ""], lines.Select(line => line.GetProperty("rule").ToString()));
        Assert.All(lines, line => Assert.NotEmpty(line.GetProperty("message").GetString()!));
    }

    [Fact]
    public void Customers_are_read_from_the_file_beside_or_from_the_one_that_is_named()
    {
        var file = Write("some.jsonl", """{"id":"a","prompt":"from Delhi","rule":{"city":"Pune"}}""");
        Write("nl2segment-customers.jsonl", """{"id":"1","name":"Ann","createdAt":"2022-01-01T00:00:00Z","city":"Lima"}""");
        var other = Write("other.jsonl", """{"id":"1","name":"Ann","createdAt":"2022-01-01T00:00:00Z","city":"Delhi"}""");

        Assert.Contains("1 of    1 = 100.0 %, on 1 customers", Run(file, "--at", "2022-07-01").Report, StringComparison.Ordinal);
        Assert.Contains("0 of    1 = 0.0 %, on 1 customers", Run(file, "--at", "2022-07-01", "--customers", other)
            .Report, StringComparison.Ordinal);
    }

    [Fact]
    public void Rules_that_differ_only_in_places_or_attributes_of_their_own_are_told_apart()
    {
        var file = Write("some.jsonl", """
            {"id":"a","prompt":"from Vienna","rule":{"city":"Graz"}}
            {"id":"b","prompt":"attributes.seats over 10","rule":{"attributes.seats":{"$gte":10}}}
            {"id":"c","prompt":"from Vienna","rule":{"city":"vienna"}}
            """);

        Assert.Contains("2 wrong, 0 refused", Run(file, "--at", "2022-07-01").Report, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("{\"id\":1}", "line 1: The \"prompt\" is missing. A line is")]
    [InlineData("{\"id\":1,\"prompt\":\"x\"}\n{oops", "line 2: ")]
    [InlineData("{\"id\":1,\"prompt\":5}", "line 1: ")]
    [InlineData("{\"id\":1,\"prompt\":\"x\",\"rule\":{\"age\":5}}", "line 1: ")]
    public void A_line_that_is_none_is_named(string content, string message)
    {
        var (code, _, errors) = Run(Write("bad.jsonl", content), "--at", "2022-07-01");
        Assert.Equal(1, code);
        Assert.Contains(message, errors, StringComparison.Ordinal);
        Assert.Contains("A line is", errors, StringComparison.Ordinal);
    }

    [Fact]
    public void A_customer_that_is_none_is_named()
    {
        var customers = Write("customers.jsonl", "{\"id\":\"1\",\"name\":\"Ann\",\"createdAt\":\"2022-01-01\"}\n{\"id\":\"2\"}");
        var (code, _, errors) = Run(Write("some.jsonl", """{"id":1,"prompt":"all customers"}"""), "--customers", customers);
        Assert.Equal(1, code);
        Assert.Contains("line 2: The \"name\" is missing. A customer is", errors, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--at", "yesterday")]
    [InlineData("--att", "2022-07-01")]
    [InlineData("--out")]
    public void An_option_that_is_none_is_named(params string[] options)
    {
        var (code, _, errors) = Run(Write("some.jsonl", """{"id":1,"prompt":"all customers"}"""), options);
        Assert.Equal(1, code);
        Assert.Contains($"{options[0]} ", errors, StringComparison.Ordinal);
        Assert.Contains("--customers", errors, StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_that_is_not_there_is_named() =>
        Assert.Contains("nowhere.jsonl", Run(folder.File("nowhere.jsonl")).Errors, StringComparison.Ordinal);

    private static (int Code, string Report, string Errors) Run(string file, params string[] options)
    {
        using var report = new StringWriter();
        using var errors = new StringWriter();
        return (SentenceCommand.Run(file, options, report, errors), report.ToString(), errors.ToString());
    }

    private string Write(string name, string content)
    {
        var path = folder.File(name);
        File.WriteAllText(path, content);
        return path;
    }
}
