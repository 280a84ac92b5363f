using System.Text.RegularExpressions;

namespace XenoCrm.Api.Campaigns.Messages;

/// <summary>
/// What a campaign is to achieve, as far as it can be recognised in free text. What it promises is kept word for word, and nothing is added
/// to it.
/// </summary>
/// <param name="Offer"><c>20% off sneakers</c>, <c>free shipping</c>; null if nothing is offered.</param>
/// <param name="Code"><c>RUN20</c>.</param>
/// <param name="When"><c>until Sunday</c>, <c>on 5 December at 6 pm</c>, <c>this weekend</c>.</param>
/// <param name="Place"><c>our Pune store</c>.</param>
/// <param name="About">What it is about, as it is spoken of to the customer: <c>our Aurora running shoes</c>.</param>
internal sealed partial record MessageObjective(
    string Text, PhraseKind Kind, string? Offer, string? Code, string? When, string? Place, string? About)
{
    public const int MaxLength = 300;

    private const RegexOptions Options = RegexOptions.IgnoreCase | RegexOptions.CultureInvariant;

    private const string Month =
        "(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?"
        + "|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)";
    private const string Weekday =
        "(?:(?<!black |good |cyber )(?:next |this )?(?:monday|tuesday|wednesday|thursday|friday|saturday|sunday)(?: "
        + "(?:morning|noon|evening|night))?)";
    private const string Day =
        @"(?:\d{1,2}(?:st|nd|rd|th)?(?:\s?(?:-|–|to|and)\s?\d{1,2}(?:st|nd|rd|th)?)?(?: of)? "
        + Month
        + @"(?:,? \d{4})?|"
        + Month
        + @" \d{1,2}(?:st|nd|rd|th)?(?:\s?(?:-|–|to)\s?\d{1,2})?(?:,? \d{4})?|\d{4}-\d{2}-\d{2}|\d{1,2}/\d{1,2}(?:/\d{2,4})?|"
        + Weekday
        + @"|midnight|tomorrow|tonight|today|(?:the )?end of (?:the |this )?(?:week|month|year)|(?:next|this) (?:week|weekend|month)"
        + @"|(?:the|this) weekend)(?!\w)";
    private const string Time = @"(?: (?:at|from) \d{1,2}(?:[:.]\d{2})?\s?(?:am|pm|o'clock|hrs)?(?!\w|%))?";

    // Where the name of a thing ends.
    private const string Stop =
        @"(?= (?:to|for|from|until|till|through|with|using|use|code|this|on|at|in|before|by|who|whom|which|that|and|but|plus|valid|ending"
            + @"|ends|when|if|as|so|among|offering|giving|via|starting|tomorrow|today|tonight|only|next (?:week|month|mon|tue|wed|thu|fri"
            + @"|sat|sun)\w*)(?!\w)|\s*[,.;:!?()\[\]{}<>|/]|\s+[-–—]\s|\s*$)";
    private const string Thing =
        @"(?!(?:to|for|from|until|till|with|using|use|code|this|on|at|in|before|by|who|and|but|as|when|if|valid|ends|only|is"
            + @"|are)(?!\w))(?<thing>[\p{L}\p{N}][\p{L}\p{N}' &%+-]{1,45}?)"
        + Stop;

    public static MessageObjective Read(string text)
    {
        var tidy = Blanks().Replace(text.Replace('’', '\''), " ").Trim();
        var kind = PhraseBank.Find(tidy) ?? PhraseBank.News;
        return new MessageObjective(tidy, kind, ReadOffer(tidy), ReadCode(tidy), ReadWhen(tidy), ReadPlace(tidy), ReadAbout(tidy, kind));
    }

    /// <summary>What every text has to say, because it is what was promised.</summary>
    public IEnumerable<string> Musts => new[]
    {
        OfferFigure().Match(Offer ?? "") is { Success: true } figure ? figure.Value : Offer,
        Code,
        When is null ? null : Preposition().Replace(When, ""),
        About is null ? null : Preposition().Replace(About, ""),
    }.OfType<string>();

    private static string? ReadOffer(string text)
    {
        var offers = Offers()
            .Matches(text)
            .Select(match => Tidy(match.Groups["what"].Value, match.Groups["thing"]))
            .Distinct(StringComparer.OrdinalIgnoreCase)
            .Take(2)
            .ToArray();
        return offers.Length == 0 ? null : string.Join(" and ", offers);
    }

    private static string Tidy(string what, Group thing)
    {
        var offer = Percent().Replace(what, "%");
        offer = BareDiscount().Replace(offer, "$1 off");
        offer = BareSaving().Replace(offer, "$1 off");
        offer = Countable()
            .Replace(offer, match => match.Value.StartsWith('e') || match.Value.StartsWith('E') ? $"an {match.Value}" : $"a {match.Value}");
        var scope = thing.Success ? thing.Value : "";
        return scope.Length == 0 || People().IsMatch(scope) ? offer : $"{offer} {Yours(scope)}";
    }

    private static string? ReadCode(string text) => Codes().Match(text) is { Success: true } code ? code.Groups["code"].Value : null;

    private static string? ReadWhen(string text)
    {
        if (Until().Match(text) is { Success: true } until)
        {
            return "until " + until.Groups["day"].Value;
        }

        if (On().Match(text) is not { Success: true } on)
        {
            return null;
        }

        var day = on.Groups["day"].Value;
        return on.Groups["from"].Success ? $"from {day}" : Bare().IsMatch(day) ? day : $"on {day}";
    }

    private static string? ReadPlace(string text) =>
        Places().Match(text) is { Success: true } place ? $"our {place.Groups["place"].Value}" : null;

    private static string? ReadAbout(string text, PhraseKind kind)
    {
        if (Quoted().Match(text) is { Success: true } quoted)
        {
            return quoted.Groups["thing"].Value;
        }

        if (Promoted().Match(text) is { Success: true } promoted && !People().IsMatch(promoted.Groups["thing"].Value))
        {
            return Yours(promoted.Groups["own"].Value + promoted.Groups["thing"].Value + promoted.Groups["price"].Value, isNamed: true);
        }

        var about = kind.Name switch
        {
            "launch" => Launched().Match(text),
            "restock" => Restocked().Match(text),
            "reminder" => Reminded().Match(text),
            "survey" => Asked().Match(text),
            "event" => Invited().Match(text),
            _ => Match.Empty,
        };
        return about.Success
            && !People().IsMatch(about.Groups["thing"].Value)
            ? Yours(about.Groups["own"].Value + about.Groups["thing"].Value, isNamed: kind.Name is "launch" or "restock")
            : null;
    }

    // "their cart" is "your cart" to the customer; what is shown or sold is ours.
    private static string Yours(string thing, bool isNamed = false)
    {
        var told = Theirs().Replace(thing, "your");
        return isNamed && !Owned().IsMatch(told) ? $"our {told}" : told;
    }

    [GeneratedRegex(@"\s+")]
    private static partial Regex Blanks();

    [GeneratedRegex(
        @"(?<what>(?:(?:up to|flat|extra|an extra|a flat) )?(?:(?:(?:discount|saving|savings|reduction) of"
            + @"|save)(?: up to)? (?:\d+(?:\.\d+)?\s?(?:%|percent|per cent)|(?:₹|\$|€|£|rs\.?\s?|inr\s)\d[\d,]*(?:\.\d+)?)|(?:₹|\$|€|£"
            + @"|rs\.?\s?|inr\s)?\d[\d,]*(?:\.\d+)?\s?(?:%|percent|per cent)? ?(?:off|discount|reduction|cash ?back|voucher|gift card"
            + @"|coupon)|\d+ (?:months?|weeks?|days?) free|free (?:shipping|delivery|returns|gift|gifts|samples?|trial|coffee|drink"
            + @"|dessert|installation|gift wrapping)|buy (?:one|two|1|2),? get (?:one|1)(?: free)?|half price|double points))(?:(?: on"
            + @"| for)? (?:all |any |every )?"
            + Thing
            + ")?",
        Options)]
    private static partial Regex Offers();

    [GeneratedRegex(@"\s?(?:percent|per cent)|(?<=\d)\s%", Options)]
    private static partial Regex Percent();

    [GeneratedRegex(@"^((?:up to |flat |extra |an extra |a flat )?\S+) (?:discount|reduction)$", Options)]
    private static partial Regex BareDiscount();

    [GeneratedRegex(@"^(?:(?:discount|saving|savings|reduction) of|save) ((?:up to )?\S+)$", Options)]
    private static partial Regex BareSaving();

    [GeneratedRegex(@"^(?:flat|extra|free (?:gift|trial|dessert|drink|coffee))(?![\w-])", Options)]
    private static partial Regex Countable();

    [GeneratedRegex(@"\d[\d,.]*\d|\d")]
    private static partial Regex OfferFigure();

    [GeneratedRegex(
        @"(?<!\w)(?:[Cc]ode|CODE|[Cc]oupon|[Vv]oucher|[Pp]romo)(?: code)?:?\s+[""'“]?(?<code>[A-Z][A-Z0-9_-]{2,19})(?!\w)"
            + @"|(?<!\w)(?:[Uu]se|[Ww]ith|[Uu]sing|[Aa]pply)\s+[""'“]?(?<code>[A-Z][A-Z_-]*\d[A-Z0-9_-]*)(?!\w)")]
    private static partial Regex Codes();

    [GeneratedRegex(
        @"(?<!\w)(?:until|till|through|ends?(?: on)?|ending(?: on)?|valid (?:until|till|through|to)|expires?(?: on)?|by"
            + @"|before)\s+(?<day>(?:"
            + Day
            + "|"
            + Month
            + @"(?!\w))"
            + Time
            + ")",
        Options)]
    private static partial Regex Until();

    [GeneratedRegex(
        @"(?<!\w)(?:(?<from>from|starting|starts)(?: on)? |on |over )?(?<day>" + Day + Time + "|in " + Month + @"(?!\w))", Options)]
    private static partial Regex On();

    [GeneratedRegex(@"^(?:this|next|today|tonight|tomorrow|in) ?", Options)]
    private static partial Regex Bare();

    [GeneratedRegex(
        @"(?<!\w)(?:at|in|of) (?:our|the) (?<place>[\p{L}\p{N}][\p{L}\p{N}' &-]{0,30}? (?:store|shop|showroom|outlet|mall|branch|café"
            + @"|cafe|studio|boutique|restaurant|gallery|hotel))(?!\w)",
        Options)]
    private static partial Regex Places();

    [GeneratedRegex("[\"“](?<thing>[^\"“”{}<>\\[\\]]{2,45})[\"”]")]
    private static partial Regex Quoted();

    [GeneratedRegex(
        @"(?<!\w)(?:promote|promoting|sell|selling|cross-sell|upsell|feature|featuring|push|advertise) (?:more )?(?<own>our |the |a |an )?"
            + Thing
            + @"(?<price> (?:at|for) (?:just |only )?(?:(?:₹|\$|€|£|rs\.?\s?|inr\s)\d[\d,]*(?:\.\d+)?|\d[\d,]* (?:rupees|dollars|euros"
            + @"|pounds)))?",
        Options)]
    private static partial Regex Promoted();

    [GeneratedRegex(
        @"(?<!\w)(?:launch(?:ing|es)?(?: of)?|introduc(?:e|ing)|announc(?:e|ing)|unveil(?:ing)?|debut of|pre-?order(?: of| for)?"
            + @"|reveal(?:ing)?) (?<own>our |the |a |an )?"
            + Thing,
        Options)]
    private static partial Regex Launched();

    [GeneratedRegex(
        @"(?:restock(?:ed|ing)?(?: of)?|back in stock:?|in stock again:?|available again:?)(?: is| are)? (?<own>our |the )?" + Thing,
        Options)]
    private static partial Regex Restocked();

    [GeneratedRegex(
        @"(?<!\w)(?:remind(?:er|ing)?(?: \w+){0,3}? (?:about|of)|don't forget|do not forget) (?<own>our |the |their |your )?" + Thing,
        Options)]
    private static partial Regex Reminded();

    [GeneratedRegex(
        @"(?<!\w)(?:feedback|survey|opinions?|reviews?|questionnaire)(?: on| about| of) (?<own>our |the |their |your )?" + Thing, Options)]
    private static partial Regex Asked();

    [GeneratedRegex(@"(?<!\w)(?:invit(?:e|ing)(?: \w+){0,3}? (?:to|for)|invitation (?:to|for)) (?<own>our |the |a |an )?" + Thing, Options)]
    private static partial Regex Invited();

    [GeneratedRegex(
        @"(?<!\w)(?:customers?|buyers?|people|shoppers?|members?|clients?|users?|everyone|everybody|anyone|those|them|vips?|subscribers?"
            + @"|it|orders? again|event|webinar)$|^(?:customers?|them|people|those)(?!\w)",
        Options)]
    private static partial Regex People();

    [GeneratedRegex(@"(?<!\w)their(?!\w)", Options)]
    private static partial Regex Theirs();

    [GeneratedRegex(@"^(?:until|on|from|in|our|the|your|a|an) (?:the )?", Options)]
    private static partial Regex Preposition();

    [GeneratedRegex(@"^(?:our|the|your|a|an)(?!\w)", Options)]
    private static partial Regex Owned();
}
