using System.Text.Json;
using XenoCrm.Api.Ai;

namespace XenoCrm.Tests.Language.Model;

/// <summary>What holds for a question to the model, whatever it is about: asked over real HTTP of a server that answers well, badly or not
/// at all.</summary>
public abstract class ModelQuestionContract
{
    private const string Unusable = "unusable";

    private protected static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    /// <summary>An answer that is taken.</summary>
    protected abstract string Good { get; }

    /// <summary>What becomes of it.</summary>
    protected abstract string Taken { get; }

    /// <summary>Answers that may not be taken: of a wrong form, with inventions, obedient to an attacker.</summary>
    protected abstract IReadOnlyList<string> Bad { get; }

    /// <summary>What came of asking, by <see cref="Tell"/>.</summary>
    private protected abstract Task<string> AskAsync(ModelHost host);

    [Fact]
    public async Task A_good_answer_takes_one_request_and_is_kept()
    {
        await using var host = new ModelHost();
        host.Server.Say(Good);
        Assert.Equal(Taken, await AskAsync(host));
        Assert.Equal(Taken, await AskAsync(host));

        var request = Assert.Single(host.Server.Requests);
        StrictSchema.AssertIsTaken(request.Schema);
        Assert.True(StrictSchema.Allows(request.Schema, JsonDocument.Parse(Good).RootElement));
        Assert.Equal(["system", "user"], request.Messages.Select(message => message.Role));
    }

    [Fact]
    public async Task A_bad_answer_is_repaired_once_and_after_two_it_is_over()
    {
        foreach (var bad in Bad)
        {
            await using var host = new ModelHost();
            host.Server.Say(bad, Good);
            Assert.True(Taken == await AskAsync(host), $"Not repaired: {bad}");
            Assert.Equal(["system", "user", "assistant", "user"], host.Server.Requests.ElementAt(1)
                .Messages.Select(message => message.Role));
            Assert.StartsWith("This answer cannot be used. ", host.Server.Requests.ElementAt(1).Messages[3].Text, StringComparison.Ordinal);

            await using var stubborn = new ModelHost();
            stubborn.Server.Say(bad);
            Assert.True(await AskAsync(stubborn) == Unusable, $"Taken: {bad}");
            Assert.Equal(2, stubborn.Server.Requests.Count);
        }
    }

    [Theory]
    [InlineData("I would rather talk about something else.", "stop", null)]
    [InlineData("{\"broken\":", "stop", null)]
    [InlineData("", "stop", null)]
    [InlineData(null, "stop", "I cannot help with that.")]
    [InlineData(null, "content_filter", null)]
    [InlineData(null, "length", null)]
    public async Task A_refusal_and_what_is_no_JSON_cannot_be_used(string? content, string finish, string? refusal)
    {
        await using var host = new ModelHost();
        host.Server.OnComplete = (http, _) => FakeModel.AnswerAsync(http, content, finish, refusal);
        Assert.Equal(Unusable, await AskAsync(host));
        Assert.Equal(2, host.Server.Requests.Count);
    }

    [Theory]
    [InlineData(429, nameof(ModelFailure.Busy))]
    [InlineData(500, nameof(ModelFailure.Down))]
    [InlineData(401, nameof(ModelFailure.Rejected))]
    public async Task A_model_that_does_not_answer_is_told_from_one_that_answers_badly(int status, string failure)
    {
        await using var host = new ModelHost(options => options.MaxRetries = 0);
        host.Server.Fail("", retryAfter: null, status);
        Assert.Equal(failure, await AskAsync(host));
        Assert.Single(host.Server.Requests);
    }

    [Fact]
    public async Task A_body_that_is_no_completion_is_no_answer()
    {
        await using var host = new ModelHost(options => options.MaxRetries = 0);
        host.Server.OnComplete = (http, _) => http.Response.WriteAsync("{\"choices\":[{\"message\"");
        Assert.Equal(nameof(ModelFailure.Malformed), await AskAsync(host));
    }

    [Fact]
    public async Task A_model_that_hangs_is_given_up()
    {
        await using var host = new ModelHost();
        host.Server.OnComplete = (http, _) => Task.Delay(Timeout.Infinite, http.RequestAborted);
        var asking = AskAsync(host);
        await host.AdvanceUntilDoneAsync(asking, TimeSpan.FromSeconds(1));
        Assert.Equal(nameof(ModelFailure.Timeout), await asking);
    }

    private protected static string Tell<T>(ModelAnswer<T> answer, Func<T, string> text) => answer switch
    {
        ModelAnswer<T>.Answered answered => text(answered.Value),
        ModelAnswer<T>.Unavailable unavailable => unavailable.Failure.ToString(),
        _ => Unusable,
    };
}
