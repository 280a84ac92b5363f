using XenoCrm.Api.Ai;
using XenoCrm.Core.Campaigns;

namespace XenoCrm.Api.Insights.Campaigns;

/// <summary>
/// Words a campaign's numbers: the model where there is one and something to word, else the built-in engine. Whoever it was, each number is
/// looked up before it goes out.
/// </summary>
internal sealed partial class InsightWriter(LanguageModel model, ILogger<InsightWriter> logger)
{
    /// <param name="campaign">Whose numbers they are. About one that is not completed the model is not asked: its figures change with each
    /// look.</param>
    /// <param name="numbers">All that may be said.</param>
    /// <param name="user">Whose question it is.</param>
    /// <param name="cancellationToken">The caller's.</param>
    public async Task<WordedInsight> WriteAsync(
        Campaign campaign, CampaignNumbers numbers, string user, CancellationToken cancellationToken)
    {
        var findings = InsightText.Find(campaign, numbers);
        var facts = Facts.Of(numbers, campaign.Name);
        if (!model.IsConfigured || findings.All(finding => finding.Use == FindingUse.Fixed))
        {
            return BuiltIn();
        }

        return await model.AskAsync(InsightQuestion.Of(findings, facts), user, cancellationToken) switch
        {
            ModelAnswer<IReadOnlyList<WordedFinding>>.Answered answered when Checked(
                InsightQuestion.Assemble(answered.Value, findings)) is { } text => new WordedInsight(text, LanguageSource.Model, []),
            ModelAnswer<IReadOnlyList<WordedFinding>>.Unavailable unavailable => BuiltIn(model.Excuse(unavailable.Failure)),
            _ => BuiltIn("The language model wrote nothing that the numbers bear out; the built-in engine did this."),
        };

        WordedInsight BuiltIn(params string[] notes) =>
            new(Checked(InsightText.Of(findings)) ?? InsightText.Plain(numbers), LanguageSource.Grammar, notes);

        string? Checked(string text)
        {
            if (NumberCheck.FindWrong(text, facts) is not { } wrong)
            {
                return text;
            }

            Log.WrongNumber(logger, campaign.Id, wrong);
            return null;
        }
    }

    private static partial class Log
    {
        [LoggerMessage(
            Level = LogLevel.Error,
            Message = "A text on campaign {CampaignId} had a number that its data do not have: {Number}. It was not shown")]
        public static partial void WrongNumber(ILogger logger, string campaignId, string number);
    }
}

/// <param name="Source">Who worded it.</param>
/// <param name="Notes">Why it was not the model, where there is one.</param>
internal sealed record WordedInsight(string Text, string Source, IReadOnlyList<string> Notes);
