using System.Diagnostics;
using System.Globalization;
using System.Text.Json.Nodes;

namespace XenoCrm.AppHost.Cockpit;

#pragma warning disable ASPIREINTERACTION001 // A command's inputs are new in Aspire and may still change.

/// <summary>Sends a campaign to whom a sentence means, and says what became of it.</summary>
internal static class SampleCampaignCommand
{
    private const string Audience = "audience";
    private const string Message = "message";

    // A campaign goes on by itself: a vendor that is away would keep the command waiting for as long as that lasts.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan BetweenLooks = TimeSpan.FromMilliseconds(500);

    private static readonly string[] Sentences =
        [
            "everybody", "spent more than 200", "ordered at least 3 times", "inactive for 90 days", "never ordered", "tagged vip",
            "customers from Berlin"
        ];

    public static IResourceBuilder<ProjectResource> WithSampleCampaign(
        this IResourceBuilder<ProjectResource> api, Func<HttpClient> connect) => api.WithCockpitCommand(
        "send-sample-campaign",
        "Send a sample campaign",
        async context =>
        {
            using var client = connect();
            return await SendAsync(client, context.Text(Audience), context.Text(Message), context.CancellationToken);
        },
        new CommandOptions
        {
            Description =
                "Sends a campaign: from a sentence to a segment, to messages at the vendor, to a delivery log. Load the sample shop first.",
            IconName = "Send",
            IsHighlighted = true,
            Progress =
                new CommandProgressOptions
                {
                    Title = "Sample campaign",
                    Message = "Messages go out and receipts come back. Cancelling this leaves the campaign running."
                },
            Arguments =
            [
                new InteractionInput
                {
                    Name = Audience,
                    Label = "To whom",
                    Description = "One of these, or a sentence of your own.",
                    InputType = InputType.Choice,
                    Options = [.. Sentences.Select(sentence => KeyValuePair.Create(sentence, sentence))],
                    AllowCustomChoice = true,
                    Required = true,
                    Value = Sentences[0],
                },
                new InteractionInput
                {
                    Name = Message,
                    Label = "Message",
                    Description = "With placeholders such as {{firstName}} or {{city|your city}}.",
                    InputType = InputType.Text,
                    Required = true,
                    Value = "Hello {{firstName|there}}, something new has come to {{city|our shop}}.",
                },
            ],
        });

    private static async Task<string> SendAsync(HttpClient client, string sentence, string message, CancellationToken cancellationToken)
    {
        var understood = await client.PostJsonAsync("/segments/nl2segment", new { prompt = sentence }, cancellationToken);
        var launch = new { name = $"Sample: {sentence}", rule = understood["rule"], message, prompt = sentence };
        var launched = await client.PostJsonAsync("/segments", launch, cancellationToken);
        if (launched["audience"]!.GetValue<long>() == 0)
        {
            return $"Nobody is meant by “{sentence}”: load the sample shop first, or say it in other words.";
        }

        var started = Stopwatch.GetTimestamp();
        var path = $"/campaigns/{launched["campaignId"]}";
        var campaign = await client.GetJsonAsync(path, cancellationToken);
        while (State(campaign) == "sending" && Stopwatch.GetElapsedTime(started) < Patience)
        {
            await Task.Delay(BetweenLooks, cancellationToken);
            campaign = await client.GetJsonAsync(path, cancellationToken);
        }

        return Sentence(campaign, Stopwatch.GetElapsedTime(started));
    }

    private static string State(JsonNode campaign) => campaign["status"]!.GetValue<string>();

    private static string Sentence(JsonNode campaign, TimeSpan took)
    {
        var count = campaign["stats"]!.AsObject().ToDictionary(number => number.Key, number => number.Value!.GetValue<long>());
        var parts = ((string[])["sent", "failed", "skipped", "pending"])
            .Where(status => count.GetValueOrDefault(status) > 0)
            .Select(status => string.Create(CultureInfo.InvariantCulture, $"{count[status]:N0} {status}"));
        var what = $"“{campaign["name"]}” to {CockpitCommands.Count(count["audience"], "customer")}: {string.Join(", ", parts)}";
        return State(campaign) switch
        {
            "sending" => $"{what} so far; it goes on by itself.",
            "paused" => $"{what}; it is paused: {campaign["pausedReason"]}",
            "cancelled" => $"{what}; it was cancelled.",
            _ => string.Create(CultureInfo.InvariantCulture, $"{what}, in {took.TotalSeconds:N1} s."),
        };
    }
}
