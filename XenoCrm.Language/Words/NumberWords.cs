using System.Globalization;

namespace XenoCrm.Language.Words;

/// <summary>Joins figures and words into numbers: "8 thousand", "two lakh fifty thousand", "one hundred and twenty", "a million",
/// "2.5k".</summary>
internal static class NumberWords
{
    public static List<Term> Join(List<Term> terms, List<Token> tokens)
    {
        var joined = new List<Term>();
        for (var index = 0; index < terms.Count;)
        {
            var term = terms[index];
            var next = index + 1 < terms.Count ? terms[index + 1] : null;
            var isIndefinite = term.Is(Lexeme.Article) && tokens[term.FirstToken].Text is "a" or "an";
            if (isIndefinite && next is not null && next.Is(Lexeme.Unit))
            {
                // "a month" is one.
                joined.Add(new Term(Lexeme.Number, term.FirstToken) { Number = 1 });
                index++;
            }
            else if (isIndefinite && next is not null && next.Is(Lexeme.Scale) && IsScaleWord(next, tokens))
            {
                index = Join(terms, tokens, index, first: 1, joined);
            }
            else if (StartOf(term) is { } first)
            {
                index = Join(terms, tokens, index, first, joined);
            }
            else
            {
                // "l" and "k" are scales only behind a number.
                joined.Add(term.Is(Lexeme.Scale) && !IsScaleWord(term, tokens)
                    ? term with { Meanings = [new Meaning(Lexeme.Unknown, "")] }
                    : term);
                index++;
            }
        }

        return joined;
    }

    private static double? StartOf(Term term) =>
        term.Is(Lexeme.Number) ? term.Number
        : term.ValueOf(Lexeme.Cardinal) is { } words ? double.Parse(words, CultureInfo.InvariantCulture)
        : null;

    private static bool IsScaleWord(Term term, List<Token> tokens) => tokens[term.FirstToken].Text.Length > 1;

    private static int Join(List<Term> terms, List<Token> tokens, int start, double first, List<Term> joined)
    {
        var total = 0.0;
        var current = first;
        var scale = 1.0;
        var index = start + 1;
        var isBare = true;
        for (; index < terms.Count; index++)
        {
            var term = terms[index];
            if (term.Is(Lexeme.AndHalf))
            {
                current += 0.5;
            }
            else if (term.ValueOf(Lexeme.Scale) is { } text && !IsMonths(joined, terms, index))
            {
                var factor = double.Parse(text, CultureInfo.InvariantCulture);
                scale = isBare ? factor : scale;
                if (factor <= 100)
                {
                    current *= factor;
                }
                else
                {
                    total = current == 0 ? total * factor : total + (current * factor);
                    current = 0;
                }

                isBare = false;
            }
            else if (AddsTo(current, total, isBare, term, terms, index) is { } more)
            {
                current += more.Value;
                index = more.Index;
            }
            else
            {
                break;
            }
        }

        if (scale >= 100
            && tokens.Skip(terms[start].FirstToken)
                .Take(terms[start].EndToken - terms[start].FirstToken)
                .Any(token => token.Text == "couple"))
        {
            // "a couple of thousand" is no number.
            joined.Add(new Term([new Meaning(Lexeme.Vague, "spend")], terms[start].FirstToken, terms[index - 1].EndToken));
            return index;
        }

        var value = Math.Round(total + current, 6);
        var meaning = new Meaning(Lexeme.Number, "");
        joined.Add(new Term([meaning], terms[start].FirstToken, terms[index - 1].EndToken) { Number = value, Scale = scale });
        return index;
    }

    // "twenty five", "two lakh fifty thousand", "hundred and twenty"; but not "between one hundred and fifty".
    private static (double Value, int Index)? AddsTo(double current, double total, bool isBare, Term term, List<Term> terms, int index)
    {
        var isHundreds = !isBare && current >= 100 && current % 100 == 0;
        if (isHundreds
            && term.Is(Lexeme.And)
            && index + 1 < terms.Count
            && StartOf(terms[index + 1]) is { } afterAnd
            && afterAnd < 100
            && terms[index + 1].Is(Lexeme.Cardinal)
            && !terms.Take(index).Any(before => before.Is(Lexeme.Between)))
        {
            return (afterAnd, index + 1);
        }

        if (StartOf(term) is not { } value || value <= 0)
        {
            return null;
        }

        var isTens = term.Is(Lexeme.Cardinal) && current is >= 20 and < 100 && current % 10 == 0 && value < 10;
        var isRest = isHundreds && term.Is(Lexeme.Cardinal) && value < 100;
        var isNextScale = total > 0 && current == 0 && value < total && index + 1 < terms.Count && terms[index + 1].Is(Lexeme.Scale);

        // "two thousand nineteen"; not "three thousand twice".
        var isYear = total >= 1000 && current == 0 && term.Is(Lexeme.Cardinal) && value is >= 10 and < 100
            && !(index + 1 < terms.Count && terms[index + 1].Is(Lexeme.Times));
        return isTens || isRest || isNextScale || isYear ? (value, index) : null;
    }

    // "in the last 6m" is months, "spent 6m" millions.
    private static bool IsMonths(List<Term> before, List<Term> terms, int index) =>
        terms[index].Is(Lexeme.Unit)
        && !before.TakeLast(2).Any(term => term.Is(Lexeme.Currency))
        && (before.TakeLast(3)
            .Any(term => term.IsAny(Lexeme.Last, Lexeme.ForSpan, Lexeme.Inactive, Lexeme.Since)
                || (term.Is(Lexeme.During) && !term.Is(Lexeme.Gt)))
            || (index + 1 < terms.Count && terms[index + 1].Is(Lexeme.Ago)));
}
