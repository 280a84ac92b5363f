using XenoCrm.Api.Ai;

namespace XenoCrm.Tests.Language.Model;

/// <summary>The client of the model, over real HTTP, whatever it is asked.</summary>
public sealed class LanguageModelTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_good_answer_takes_one_request_in_the_form_that_strict_mode_wants()
    {
        await using var host = new ModelHost();
        host.Server.Say("""{"colour":"blue"}""");

        Assert.Equal("blue", await AnswerAsync(host));

        var request = Assert.Single(host.Server.Requests);
        Assert.Equal("Bearer sk-test", request.Headers["Authorization"]);
        Assert.Equal("fake-model", request.Body.GetProperty("model").GetString());
        Assert.Equal(0, request.Body.GetProperty("temperature").GetDouble());
        Assert.True(request.Body.TryGetProperty("max_completion_tokens", out _));
        Assert.False(request.Body.TryGetProperty("tools", out _));
        var format = request.Body.GetProperty("response_format");
        Assert.Equal("json_schema", format.GetProperty("type").GetString());
        Assert.True(format.GetProperty("json_schema").GetProperty("strict").GetBoolean());
        StrictSchema.AssertIsTaken(request.Schema);
        Assert.Equal([("system", "Name the colour."), ("user", """{"of":"the sky"}""")], request.Messages);
    }

    [Fact]
    public async Task An_answer_that_cannot_be_used_is_repaired_once_with_what_is_wrong()
    {
        await using var host = new ModelHost();
        host.Server.Say("""{"colour":"beef"}""", """{"colour":"blue"}""");

        Assert.Equal("blue", await AnswerAsync(host));

        var repair = host.Server.Requests.ElementAt(1).Messages;
        Assert.Equal(["system", "user", "assistant", "user"], repair.Select(message => message.Role));
        Assert.Equal("""{"colour":"beef"}""", repair[2].Text);
        Assert.Contains("beef is no colour", repair[3].Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"colour":"beef"}""", "stop")]
    [InlineData("""{"colour":"bl""", "stop")]
    [InlineData("I would rather talk about something else.", "stop")]
    [InlineData("", "stop")]
    [InlineData(null, "content_filter")]
    [InlineData("""{"colour":"blue"}""", "length")]
    public async Task After_two_answers_that_cannot_be_used_it_is_not_asked_again(string? content, string finish)
    {
        await using var host = new ModelHost();
        host.Server.OnComplete = (http, _) => FakeModel.AnswerAsync(http, content, finish);
        Assert.IsType<ModelAnswer<string>.Unusable>(await host.Model.AskAsync(Colour(), "mara", Cancellation));
        Assert.Equal(2, host.Server.Requests.Count);
    }

    [Fact]
    public async Task A_model_that_calls_a_tool_instead_of_answering_cannot_be_used()
    {
        await using var host = new ModelHost();
        object[] calls = [new { id = "call_1", type = "function", function = new { name = "send_campaign", arguments = "{}" } }];
        host.Server.OnComplete = (http, _) => FakeModel.AnswerAsync(http, null, "tool_calls", toolCalls: calls);
        Assert.IsType<ModelAnswer<string>.Unusable>(await host.Model.AskAsync(Colour(), "mara", Cancellation));
    }

    [Fact]
    public async Task A_busy_model_is_asked_again_when_it_said_and_not_before()
    {
        await using var host = new ModelHost();
        host.Server.Fail("""{"colour":"blue"}""", retryAfter: "3", 429, 0);

        var asking = host.Model.AskAsync(Colour(), "mara", Cancellation);
        await Support.Poll.UntilAsync(() => host.Server.Requests.Count == 1, "the first try");
        var waited = await host.AdvanceUntilDoneAsync(asking, TimeSpan.FromMilliseconds(100));

        Assert.Equal("blue", ((ModelAnswer<string>.Answered)await asking).Value);
        Assert.True(waited >= TimeSpan.FromSeconds(3), $"It was asked again after {waited}.");
        Assert.Equal(2, host.Server.Requests.Count);
    }

    [Fact]
    public async Task A_model_that_is_busy_for_longer_than_a_person_waits_is_not_waited_for()
    {
        await using var host = new ModelHost();
        host.Server.Fail("", retryAfter: "11", 429);
        Assert.Equal(ModelFailure.Busy, await FailureAsync(host));
        Assert.Single(host.Server.Requests);
    }

    [Theory]
    [InlineData(500)]
    [InlineData(503)]
    public async Task A_model_that_is_down_is_asked_three_times_with_growing_pauses(int status)
    {
        await using var host = new ModelHost();
        host.Server.Fail("", retryAfter: null, status);
        var asking = host.Model.AskAsync(Colour(), "mara", Cancellation);
        var waited = await host.AdvanceUntilDoneAsync(asking, TimeSpan.FromMilliseconds(50));
        Assert.Equal(ModelFailure.Down, ((ModelAnswer<string>.Unavailable)await asking).Failure);
        Assert.Equal(3, host.Server.Requests.Count);
        Assert.True(waited >= TimeSpan.FromSeconds(0.75), $"Pauses of {waited} together.");
    }

    [Fact]
    public async Task A_server_that_is_not_there_is_a_model_that_is_down()
    {
        await using var host = new ModelHost(options => (options.Endpoint, options.MaxRetries) = (new Uri("http://127.0.0.1:1/v1"), 0));
        Assert.Equal(ModelFailure.Down, await FailureAsync(host));
    }

    [Theory]
    [InlineData(400)]
    [InlineData(401)]
    [InlineData(404)]
    public async Task A_request_that_is_refused_is_not_made_again(int status)
    {
        await using var host = new ModelHost();
        host.Server.Fail("", retryAfter: null, status);
        Assert.Equal(ModelFailure.Rejected, await FailureAsync(host));
        Assert.Single(host.Server.Requests);
    }

    [Fact]
    public async Task A_model_that_hangs_is_given_up_at_the_deadline()
    {
        await using var host = new ModelHost();
        host.Server.OnComplete = (http, _) => Task.Delay(Timeout.Infinite, http.RequestAborted);
        var asking = host.Model.AskAsync(Colour(), "mara", Cancellation);
        await Support.Poll.UntilAsync(() => host.Server.Requests.Count == 1, "the request");
        var waited = await host.AdvanceUntilDoneAsync(asking, TimeSpan.FromMilliseconds(250));
        Assert.Equal(ModelFailure.Timeout, ((ModelAnswer<string>.Unavailable)await asking).Failure);
        Assert.True(waited >= TimeSpan.FromSeconds(10), $"It was given up after {waited}.");
    }

    [Fact]
    public async Task Repair_and_retries_have_one_deadline_together()
    {
        await using var host = new ModelHost();
        host.Server.OnComplete = (http, request) =>
        {
            if (request.Number == 1)
            {
                host.Clock.Advance(TimeSpan.FromSeconds(9));
                return FakeModel.AnswerAsync(http, """{"colour":"beef"}""");
            }

            return Task.Delay(Timeout.Infinite, http.RequestAborted);
        };
        var asking = host.Model.AskAsync(Colour(), "mara", Cancellation);
        await Support.Poll.UntilAsync(() => host.Server.Requests.Count == 2, "the repair");
        var waited = await host.AdvanceUntilDoneAsync(asking, TimeSpan.FromMilliseconds(100));
        Assert.Equal(ModelFailure.Timeout, ((ModelAnswer<string>.Unavailable)await asking).Failure);
        Assert.True(waited < TimeSpan.FromSeconds(5), $"After the first answer at 9 s it went on for {waited}.");
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("{\"choices\":[]}")]
    [InlineData("<html>a proxy's page</html>")]
    [InlineData("{\"choices\":[{\"message\"")]
    public async Task What_is_no_chat_completion_is_tried_again_and_given_up(string body)
    {
        await using var host = new ModelHost();
        host.Server.OnComplete = (http, _) => http.Response.WriteAsync(body);
        var asking = host.Model.AskAsync(Colour(), "mara", Cancellation);
        await host.AdvanceUntilDoneAsync(asking, TimeSpan.FromMilliseconds(100));
        Assert.Equal(ModelFailure.Malformed, ((ModelAnswer<string>.Unavailable)await asking).Failure);
        Assert.Equal(3, host.Server.Requests.Count);
    }

    [Fact]
    public async Task An_answer_without_end_does_not_fill_the_memory()
    {
        await using var host = new ModelHost(options => options.MaxRetries = 0);
        host.Server.OnComplete = (http, _) => FakeModel.AnswerAsync(http, new string('x', 2 * 1024 * 1024));
        Assert.Equal(ModelFailure.Down, await FailureAsync(host));
    }

    [Fact]
    public async Task A_model_that_keeps_failing_is_left_alone_and_tried_again_after_a_while()
    {
        await using var host = new ModelHost(options => options.MaxRetries = 0);
        host.Server.Fail("", retryAfter: null, 500);
        for (var i = 0; i < 5; i++)
        {
            Assert.Equal(ModelFailure.Down, await FailureAsync(host));
        }

        Assert.Equal(ModelFailure.Resting, await FailureAsync(host));
        Assert.Equal(5, host.Server.Requests.Count);

        host.Clock.Advance(TimeSpan.FromSeconds(31));
        host.Server.Say("""{"colour":"blue"}""");
        Assert.Equal("blue", await AnswerAsync(host));
    }

    [Fact]
    public async Task A_model_that_hangs_is_left_alone_too()
    {
        await using var host = new ModelHost();
        host.Server.OnComplete = (http, _) => Task.Delay(Timeout.Infinite, http.RequestAborted);
        for (var i = 0; i < 5; i++)
        {
            var asking = host.Model.AskAsync(Colour(), "mara", Cancellation);
            await host.AdvanceUntilDoneAsync(asking, TimeSpan.FromSeconds(1));
            Assert.Equal(ModelFailure.Timeout, ((ModelAnswer<string>.Unavailable)await asking).Failure);
        }

        Assert.Equal(ModelFailure.Resting, await FailureAsync(host));
    }

    [Fact]
    public async Task The_same_question_is_answered_from_memory_for_an_hour()
    {
        await using var host = new ModelHost();
        host.Server.Say("""{"colour":"blue"}""", """{"colour":"grey"}""");
        Assert.Equal("blue", await AnswerAsync(host));
        Assert.Equal("blue", await AnswerAsync(host, user: "somebody else"));
        Assert.Equal("grey", await AnswerAsync(host, of: "the sea"));
        Assert.Equal(2, host.Server.Requests.Count);

        host.Clock.Advance(TimeSpan.FromMinutes(61));
        Assert.Equal("grey", await AnswerAsync(host));
    }

    [Fact]
    public async Task An_answer_that_could_not_be_used_is_not_kept()
    {
        await using var host = new ModelHost();
        host.Server.Say("""{"colour":"beef"}""", """{"colour":"beef"}""", """{"colour":"blue"}""");
        Assert.IsType<ModelAnswer<string>.Unusable>(await host.Model.AskAsync(Colour(), "mara", Cancellation));
        Assert.Equal("blue", await AnswerAsync(host));
    }

    [Fact]
    public async Task A_user_has_so_many_questions_a_minute_and_others_have_their_own()
    {
        await using var host = new ModelHost(options => (options.QuestionsPerMinute, options.CacheEntries) = (2, 0));
        host.Server.Say("""{"colour":"blue"}""");
        await AnswerAsync(host);
        host.Clock.Advance(TimeSpan.FromSeconds(30));
        await AnswerAsync(host);
        Assert.Equal(ModelFailure.UserLimit, await FailureAsync(host));
        Assert.Equal("blue", await AnswerAsync(host, user: "ben"));

        host.Clock.Advance(TimeSpan.FromSeconds(31));
        Assert.Equal("blue", await AnswerAsync(host));
        Assert.Equal(ModelFailure.UserLimit, await FailureAsync(host));
    }

    [Fact]
    public async Task A_caller_who_goes_away_ends_the_request()
    {
        await using var host = new ModelHost();
        var ended = new TaskCompletionSource();
        host.Server.OnComplete = (http, _) =>
        {
            http.RequestAborted.Register(ended.SetResult);
            return Task.Delay(Timeout.Infinite, http.RequestAborted);
        };
        using var going = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);
        var asking = host.Model.AskAsync(Colour(), "mara", going.Token);
        await Support.Poll.UntilAsync(() => host.Server.Requests.Count == 1, "the request");
        await going.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => asking);
        await ended.Task.WaitAsync(Support.Poll.Limit, Cancellation);
    }

    [Fact]
    public async Task Tokens_and_their_cost_are_counted_with_purpose_and_outcome_and_nothing_of_the_question()
    {
        await using var host = new ModelHost(options => (options.InputPrice, options.OutputPrice) = (0.4, 1.6));
        var told = new List<string>();
        using var tokens = ModelHost.Count("xenocrm.language.tokens", (value, tags) => told.Add($"{value} {tags}"));
        using var cost =
            ModelHost.Count("xenocrm.language.cost", (value, _) =>
                told.Add(string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{value:0.000000} USD")));
        using var questions = ModelHost.Count("xenocrm.language.questions", (value, tags) => told.Add($"{value} {tags}"));
        host.Server.Say("""{"colour":"blue"}""");
        await AnswerAsync(host);
        await AnswerAsync(host);
        Assert.Equal(["1000 input", "50 output", "0.000480 USD", "1 colour answered", "1 colour cached"], told);
    }

    [Fact]
    public async Task A_server_that_wants_no_key_is_asked_without_one_of_ours()
    {
        await using var host = new ModelHost(options => options.ApiKey = null);
        host.Server.Say("""{"colour":"blue"}""");
        await AnswerAsync(host);
        Assert.Equal("Bearer none", Assert.Single(host.Server.Requests).Headers["Authorization"]);
    }

    private static ModelQuestion<string> Colour(string of = "the sky") => new(
        "colour",
        "Name the colour.",
        $$"""{"of":"{{of}}"}""",
        ModelSchema.Object(("colour", ModelSchema.Text())),
        answer => answer.TryGetProperty("colour", out var colour) && colour.GetString() is { } name
            ? name == "beef" ? throw new ModelAnswerException("beef is no colour.") : name
            : throw new ModelAnswerException("A colour was expected."));

    private static async Task<string> AnswerAsync(ModelHost host, string user = "mara", string of = "the sky") =>
        Assert.IsType<ModelAnswer<string>.Answered>(await host.Model.AskAsync(Colour(of), user, Cancellation)).Value;

    private static async Task<ModelFailure> FailureAsync(ModelHost host) =>
        Assert.IsType<ModelAnswer<string>.Unavailable>(await host.Model.AskAsync(Colour(), "mara", Cancellation)).Failure;
}
