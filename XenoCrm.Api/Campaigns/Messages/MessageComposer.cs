using System.Globalization;
using XenoCrm.Core.Segments;

namespace XenoCrm.Api.Campaigns.Messages;

/// <summary>
/// Writes three messages without a model: texts of the phrase bank for what the objective is for and for the tone, with what the objective
/// promises put in. The same objective gives the same texts.
/// </summary>
internal static class MessageComposer
{
    public const int Count = 3;

    private static readonly string[] Festivals =
    [
        "Diwali", "Deepavali", "Holi", "Eid", "Christmas", "Lunar New Year", "New Year", "Navratri", "Durga Puja", "Onam", "Pongal",
        "Easter", "Thanksgiving", "Halloween",
        "Ramadan", "Raksha Bandhan", "Ganesh Chaturthi", "Dussehra", "Baisakhi", "Hanukkah", "Independence Day", "Republic Day",
        "Black Friday", "Cyber Monday",
        "Valentine's Day", "Mother's Day", "Father's Day", "Women's Day",
    ];

    // What an offer is called in front of a customer; {o} is the offer, {O} with a capital, {r} code, date and place.
    private static readonly Dictionary<string, string[]> Offers = new()
    {
        ["friendly"] = ["Enjoy {o}{r}.", "There is {o} for you{r}.", "For you: {o}{r}."],
        ["formal"] = ["You receive {o}{r}.", "We are pleased to give you {o}{r}.", "For you we have {o}{r}."],
        ["playful"] = ["Treat yourself to {o}{r}!", "Say yes to {o}{r}!", "{O}{r}. Yes, really!"],
        ["urgent"] = ["Get {o}{r}.", "{O}{r}: go for it.", "Now for you: {o}{r}."],
        ["plain"] = ["You get {o}{r}.", "{O}{r}.", "For you: {o}{r}."],
    };

    private static readonly string[] Deadlines = ["It runs {w}.", "You have time {w}.", "Open to you {w}."];
    private static readonly string[] Dates = ["Save the date: {w}.", "Mark your calendar: {w}.", "When: {w}."];
    private static readonly string[] Codes = ["Use code {c}{w}.", "Your code: {c}{w}.", "The code for it: {c}{w}."];
    private static readonly string[] Places = ["You find us at {p}.", "Come to {p}.", "Where: {p}."];
    private static readonly string[] Bare =
    [
        "Hi {{firstName|there}}, a word from us. {facts}",
        "{{firstName|Hello}}: {facts} See you soon.",
        "A note for you, {{firstName|friend}}. {facts}"
    ];

    /// <param name="objective">What it is for.</param>
    /// <param name="tone">One of <see cref="MessageTones"/>.</param>
    /// <param name="audience">Who gets it, if that is known.</param>
    public static IReadOnlyList<string> Compose(MessageObjective objective, string tone, AudienceSummary? audience)
    {
        var isForRegulars = audience is { Customers: > 0 } && audience.OrderedAgain == audience.Customers;
        var phrases = objective.Kind.ByTone[tone]
            .Where(phrase => isForRegulars || !phrase.IsForRegulars)
            .OrderByDescending(phrase => phrase.IsForRegulars)
            .Select(phrase => phrase.Text)
            .Concat(objective.Kind.ByTone[MessageTones.Plain].Where(phrase => !phrase.IsForRegulars).Select(phrase => phrase.Text))
            .Concat(Bare);

        // Those that are too long with all that is promised in them give way to shorter ones.
        var texts = new List<string>();
        foreach (var phrase in phrases)
        {
            var text = Fill(phrase, objective, tone, texts.Count);
            if (texts.Count < Count
                && MessageCheck.Find(text, objective) is null
                && !texts.Exists(other => MessageCheck.AreAlike(other, text, objective)))
            {
                texts.Add(text);
            }
        }

        return texts;
    }

    private static string Fill(string phrase, MessageObjective objective, string tone, int number)
    {
        var festival = Festivals.FirstOrDefault(
            name => objective.Text.Contains(name.Replace("'s", "", StringComparison.Ordinal), StringComparison.OrdinalIgnoreCase));
        var occasion = objective.Kind.Name == "celebration"
            ? (objective.Text.Contains("anniversar", StringComparison.OrdinalIgnoreCase) ? "anniversary" : "birthday")
            : festival ?? "the festive season";
        var facts = Facts(objective, tone, number);
        if (objective.About is { } about && !phrase.Contains("{it}", StringComparison.Ordinal))
        {
            facts = $"{facts} Discover {about}.".Trim();
        }

        var text = phrase
            .Replace("{wish}", festival is null ? "Season's greetings" : $"Happy {festival}", StringComparison.Ordinal)
            .Replace("{occasion}", occasion, StringComparison.Ordinal)
            .Replace("{it}", objective.About ?? objective.Kind.It, StringComparison.Ordinal)
            .Replace("{facts}", facts, StringComparison.Ordinal)
            .Replace("  ", " ", StringComparison.Ordinal)
            .Trim();
        return char.IsLower(text[0]) ? char.ToUpper(text[0], CultureInfo.InvariantCulture) + text[1..] : text;
    }

    private static string Facts(MessageObjective objective, string tone, int number)
    {
        var when = objective.When is { } time ? " " + time : "";
        var code = objective.Code is { } word ? $" with code {word}" : "";
        var place = objective.Place is { } at ? $" at {at}" : "";
        var isDeadline = objective.When?.StartsWith("until", StringComparison.Ordinal) == true;
        var date = objective.When is { } on && on.StartsWith("on ", StringComparison.Ordinal) ? on[3..] : objective.When;
        return objective switch
        {
            { Offer: { } offer } => Offers[tone][number % 3]
                .Replace("{o}", offer, StringComparison.Ordinal)
                .Replace("{O}", char.ToUpper(offer[0], CultureInfo.InvariantCulture) + offer[1..], StringComparison.Ordinal)
                .Replace("{r}", code + when + place, StringComparison.Ordinal),
            { Code: { } only } =>
                Codes[number % 3].Replace("{c}", only, StringComparison.Ordinal).Replace("{w}", when + place, StringComparison.Ordinal),
            { When: { } until } when isDeadline => Deadlines[number % 3].Replace("{w}", until + place, StringComparison.Ordinal),
            { When: not null } => Dates[number % 3].Replace("{w}", date + place, StringComparison.Ordinal),
            { Place: { } shop } => Places[number % 3].Replace("{p}", shop, StringComparison.Ordinal),
            _ => "",
        };
    }
}
