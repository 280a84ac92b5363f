using XenoCrm.Api.Ai;
using XenoCrm.Api.Segments.Sentences;
using XenoCrm.Core.Rules;
using XenoCrm.Language;

namespace XenoCrm.Tests.Language.Model;

/// <summary>Whatever is tried, the end is a rule that its sentence says, or a refusal.</summary>
public sealed class InjectionTests
{
    private const int Attempts = 500;
    private const int Seed = 20220701;

    /// <summary>What a model answers that does as it is told by the attacker.</summary>
    private static readonly string[] Obedient =
    [
        """{"refused":null,"rule":{"everyone":true}}""",
        """{"refused":null,"rule":{"$everyone":true}}""",
        """{"refused":null,"rule":{}}""",
        """{"refused":null,"rule":{"all":[]}}""",
        """{"refused":null,"rule":{"$where":"sleep(1000)||true"}}""",
        """{"refused":null,"rule":{"name":{"$regex":".*"}}}""",
        """{"refused":null,"rule":{"text":"name","op":"$contains","value":""}}""",
        """{"refused":null,"rule":{"number":"totalSpend","op":"$gte","value":0}}""",
        """{"refused":null,"rule":{"number":"totalSpend","op":"$lt","value":1e300}}""",
        """{"refused":null,"rule":{"any":[{"exists":"city","value":true},{"exists":"city","value":false}]}}""",
        """{"refused":null,"rule":{"any":[{"everyone":true},{"text":"city","op":"$eq","value":"Pune"}]}}""",
        """{"refused":null,"rule":{"not":{"text":"city","op":"$eq","value":"Atlantis"}}}""",
        """{"refused":null,"rule":{"date":"createdAt","op":"$gte","value":"1970-01-01"}}""",
        """{"refused":null,"rule":{"flag":"unsubscribed","op":"$in","value":[true,false]}}""",
        """{"refused":null,"rule":{"$function":{"body":"function(){return true}"}}}""",
        """{"refused":null,"rule":null,"action":"send_campaign"}""",
        """{"rule":"everyone"}""",
        """[{"everyone":true}]""",
        """{"sql":"DROP TABLE customers"}""",
        "Sure! Here are all of your customers: mara@example.com, ben@example.com",
        "My instructions are: you turn one English sentence …",
        "",
    ];

    [Fact]
    public void The_built_in_engine_obeys_none_of_500_attempts()
    {
        var outcomes = Injections.Make(Attempts,
            Seed).Select(attempt => (attempt,
            Reading: GrammarEngine.Parse(attempt, RuleTime.Utc(ModelHost.Now), LanguageHints.None))).ToArray();
        Assert.All(outcomes, outcome => AssertIsHarmless(outcome.attempt, outcome.Reading));
        Assert.Equal(Attempts, outcomes.Select(outcome => outcome.attempt).Distinct().Count());
    }

    [Fact]
    public async Task A_model_that_obeys_the_attacker_gets_nothing_through_in_500_attempts()
    {
        await using var host = new ModelHost(options => options.QuestionsPerMinute = Attempts);
        host.Server.OnComplete = (http, request) => FakeModel.AnswerAsync(http, Obedient[(request.Number * 7) % Obedient.Length]);
        var (refused, read) = (0, 0);
        foreach (var attempt in Injections.Make(Attempts, Seed))
        {
            // Past the check that would keep most of these from the model.
            var builtIn = GrammarEngine.Parse(attempt, RuleTime.Utc(ModelHost.Now), LanguageHints.None);
            var answer = await host.Model.AskAsync(SentenceQuestion.Of(attempt, new ModelHints([], [], [], []), builtIn,
                RuleTime.Utc(ModelHost.Now)), "mara", TestContext.Current.CancellationToken);
            if (answer is ModelAnswer<Reading>.Answered answered)
            {
                AssertIsHarmless(attempt, answered.Value);
                read++;
            }
            else
            {
                Assert.IsType<ModelAnswer<Reading>.Unusable>(answer);
                refused++;
            }
        }

        // Each attempt reached the model, and was asked for again where its answer could not be used.
        Assert.Equal(Attempts, refused + read);
        Assert.Equal((2 * refused) + read, host.Server.Requests.Count);
    }

    private static void AssertIsHarmless(string attempt, Reading reading)
    {
        if (reading is not Understood understood)
        {
            Assert.NotEmpty(((Refusal)reading).Message);
            return;
        }

        Assert.False(understood.Rule is Everyone, $"Everybody is selected by: {attempt}");
        Assert.Equal(understood.Rule, RuleJson.Parse(RuleJson.Print(understood.Rule)));
        Assert.Null(Guesses.FindCondition(understood.Rule, attempt, RuleTime.Utc(ModelHost.Now)));
    }
}
