using XenoCrm.Core.Places;

namespace XenoCrm.Language.Words;

/// <summary>Cuts a sentence into words, numbers, dates, quotations and signs. Nothing is dropped but blanks.</summary>
internal sealed class Tokenizer
{
    private const string Ordinary = ".,;:!?()/&+-–—…%₹€£¥#|~";
    private const string Quotes = "\"“”„«»'‘’`";

    // Written together they are one sign; longer ones first.
    private static readonly string[] Signs = [">=", "=>", "<=", "=<", "<>", "!=", "==", "&&", "≥", "≤", "≠", ">", "<", "="];

    // A full stop after one of these belongs to it.
    private static readonly string[] Months = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "sept", "oct", "nov", "dec"];

    private static readonly string[] Abbreviations = ["avg", "ave", "min", "max", "approx", "rs", .. Months];

    private static readonly string[] CurrencyPrefixes = ["rs", "inr", "usd", "eur", "gbp", "us"];

    private readonly string text;
    private readonly List<Token> tokens = [];
    private int position;

    // In a sentence in capitals throughout they say nothing.
    private readonly bool isMixed;

    private Tokenizer(string text) => (this.text, isMixed) = (text, text.Any(char.IsLower));

    public static List<Token> Cut(string text)
    {
        var tokenizer = new Tokenizer(text);
        tokenizer.CutAll();
        return tokenizer.tokens;
    }

    private char Current => At(position);

    private char At(int index) => index < text.Length ? text[index] : '\0';

    private void CutAll()
    {
        while (position < text.Length)
        {
            if (TryBullet())
            {
                continue;
            }

            if (char.IsWhiteSpace(Current) || IsHyphen())
            {
                position++;
            }
            else if (Ornaments.Length(text, position) is var ornament and > 0)
            {
                position += ornament;
            }
            else if (!TryYear() && !TryQuoted() && !TryDate() && !TryNumber() && !TryAbbreviation() && !TryWord())
            {
                Sign();
            }
        }
    }

    private Token Add(TokenKind kind, int end, string? value = null)
    {
        var glued = tokens.Count > 0 && !char.IsWhiteSpace(text[position - 1]);
        var token = new Token(kind, value ?? text[position..end].ToLowerInvariant(), position, end, glued);
        tokens.Add(token);
        position = end;
        return token;
    }

    // "one-time", "90-day": the hyphen is a blank, unless it joins the ends of a range, as in "Jan-Mar".
    private bool IsHyphen() =>
        Current == '-'
        && position > 0
        && char.IsLetter(At(position + 1))
        && char.IsLetterOrDigit(text[position - 1])
        && !(tokens[^1].Text.Length >= 3 && Months.Any(month => tokens[^1].Text.StartsWith(month, StringComparison.Ordinal)));

    // "- live in Pune" or "2) spent over 500" at the beginning of a line: another item of a list.
    private bool TryBullet()
    {
        if (position > 0 && text[position - 1] is not ('\n' or '\r'))
        {
            return false;
        }

        var start = position;
        while (Current is ' ' or '\t')
        {
            position++;
        }

        var end = position;
        while (char.IsAsciiDigit(At(end)) && end - position < 2)
        {
            end++;
        }

        var isNumbered = end > position && At(end) is '.' or ')' && char.IsWhiteSpace(At(end + 1));
        if (!isNumbered && !(Current is '-' or '–' or '—' or '*' or '•' or '·' or '▪' or '◦' or '‣' && char.IsWhiteSpace(At(position + 1))))
        {
            position = start;
            return false;
        }

        if (tokens.Count > 0 && tokens[^1].Text is not (":" or "," or "." or ";" or "and" or "or" or "&" or "but" or "-"))
        {
            tokens.Add(new Token(TokenKind.Sign, ",", position, position + 1, Glued: false));
        }

        position = isNumbered ? end + 1 : position + 1;
        return true;
    }

    // "March '22", "in '22"; a quotation would be closed behind it.
    private bool TryYear()
    {
        if (Current is not ('\'' or '’' or '‘')
            || !char.IsAsciiDigit(At(position + 1))
            || !char.IsAsciiDigit(At(position + 2))
            || char.IsLetterOrDigit(At(position + 3))
            || Quotes.Contains(At(position + 3))
            || tokens.Count == 0
            || (position > 0
                && char.IsLetterOrDigit(text[position - 1])
                && !Months.Any(month => tokens[^1].Text.StartsWith(month, StringComparison.Ordinal))))
        {
            return false;
        }

        var token = Add(TokenKind.Number, position + 3);
        tokens[^1] = token with { Value = 2000 + int.Parse(token.Text[1..], System.Globalization.CultureInfo.InvariantCulture) };
        return true;
    }

    // An apostrophe opens a quotation only where no word goes on, and only if it is closed before one begins.
    private bool TryQuoted()
    {
        if (!Quotes.Contains(Current) || (position > 0 && char.IsLetterOrDigit(text[position - 1])))
        {
            return false;
        }

        for (var end = position + 1; end < text.Length; end++)
        {
            if (Quotes.Contains(text[end]) && !char.IsLetterOrDigit(At(end + 1)))
            {
                if (DateScanner.Read(text, position + 1) is { } date && date.End == end)
                {
                    // "last_order_at < '2022-01-01'".
                    var token = Add(TokenKind.Date, end + 1);
                    tokens[^1] = token with { Period = date.Period, Order = date.Order, MonthFirst = date.MonthFirst };
                    return true;
                }

                Add(TokenKind.Quoted, end + 1, text[(position + 1)..end].Trim());
                return true;
            }
        }

        return false;
    }

    private bool TryDate()
    {
        if (!char.IsAsciiDigit(Current) || DateScanner.Read(text, position) is not { } date)
        {
            return false;
        }

        var token = Add(TokenKind.Date, date.End);
        tokens[^1] = token with { Period = date.Period, Order = date.Order, MonthFirst = date.MonthFirst };
        return true;
    }

    private bool TryNumber()
    {
        if (NumberScanner.Read(text, position) is not { } number)
        {
            return false;
        }

        var suffix = OrdinalSuffix(number.End);
        var token = Add(suffix > 0 ? TokenKind.Ordinal : TokenKind.Number, number.End + suffix);
        tokens[^1] = token with { Value = number.Value, IsDoubtful = number.IsDoubtful };

        // "500/-": the Indian full stop behind an amount.
        if (Current == '/' && At(position + 1) == '-')
        {
            position += 2;
        }

        return true;
    }

    private int OrdinalSuffix(int index) =>
        index + 1 < text.Length
        && text.AsSpan(index, 2).ToString().ToLowerInvariant() is "st" or "nd" or "rd" or "th"
        && !char.IsLetterOrDigit(At(index + 2))
            ? 2
            : 0;

    // "U.K.", "a.o.v.": single letters with a dot behind each.
    private bool TryAbbreviation()
    {
        var end = position;
        var letters = "";
        while (char.IsAsciiLetter(At(end)) && At(end + 1) == '.')
        {
            letters += At(end);
            end += 2;
        }

        if (letters.Length < 2 || char.IsLetterOrDigit(At(end)))
        {
            return false;
        }

        Add(TokenKind.Word, end, letters.ToLowerInvariant());
        return true;
    }

    private bool TryWord()
    {
        var isAddress = Current is '@' or '.' && char.IsLetterOrDigit(At(position + 1));
        if (!char.IsLetter(Current) && !isAddress)
        {
            return false;
        }

        var end = position + 1;
        while (end < text.Length)
        {
            if (text[end] is '@' or '.' or '_' && char.IsLetterOrDigit(At(end + 1)) && !IsCurrencyPrefix(end))
            {
                isAddress = true;
            }
            else if (!IsWordPart(end))
            {
                break;
            }

            end++;
        }

        // Inside an address, - and + are letters too: first.last+tag@my-shop.example.
        if (text.AsSpan(position, Math.Min(text.Length - position, 254)).IndexOfAny(' ', '\t', '\n') is var blank
            && text[position..(blank < 0 ? text.Length : position + blank)].Contains('@'))
        {
            while (char.IsLetterOrDigit(At(end)) || (At(end) is '-' or '+' or '.' or '_' or '@' && char.IsLetterOrDigit(At(end + 1))))
            {
                isAddress = true;
                end++;
            }
        }

        var word = text[position..end];
        if (isAddress && FieldName(word) is { } name)
        {
            Add(TokenKind.Word, end, name);
            return true;
        }

        end = isAddress ? end : EndOfCurrency(end);
        word = text[position..end];

        // "us" is we, "US" a country.
        var plain = isAddress ? word
            : word == "US" && At(end) != '$' ? "usa"
            : isMixed && PlaceAliases.IsCode(word) ? PlaceAliases.Code(word)
            : Plain(word);
        Add(isAddress ? TokenKind.Address : TokenKind.Word, end, plain);
        if (Current == '.' && Abbreviations.Contains(tokens[^1].Text))
        {
            position++;
        }

        return true;
    }

    // "total_spend" is a word of ours as "totalSpend" is.
    private static string? FieldName(string word) =>
        word.Contains('_')
            && Plain(word).Replace("_", "", StringComparison.Ordinal) is var name
            && Vocabulary.English.Words.Contains(name) ? name : null;

    // A mark that is put on a letter is part of the word as the letter is; so is an apostrophe between letters.
    private bool IsWordPart(int index) =>
        char.IsLetterOrDigit(text[index])
        || char.GetUnicodeCategory(text[index])
            is System.Globalization.UnicodeCategory.NonSpacingMark or System.Globalization.UnicodeCategory.SpacingCombiningMark
        || (text[index] is '\'' or '’'
            && (char.IsLetter(At(index + 1)) || text[index - 1] is 's' or 'S')
            && !char.IsWhiteSpace(text[index - 1]));

    private static string Plain(string word) =>
        word.ToLowerInvariant().Replace("'", "", StringComparison.Ordinal).Replace("’", "", StringComparison.Ordinal);

    // "Rs.500" is no address.
    private bool IsCurrencyPrefix(int end) => CurrencyPrefixes.Contains(text[position..end].ToLowerInvariant());

    // "Rs500" and "INR5k" are two words.
    private int EndOfCurrency(int end)
    {
        var prefix =
            CurrencyPrefixes.FirstOrDefault(prefix => text.AsSpan(position).StartsWith(prefix, StringComparison.OrdinalIgnoreCase));
        return prefix is not null
            && position + prefix.Length < end
            && char.IsAsciiDigit(text[position + prefix.Length]) ? position + prefix.Length : end;
    }

    private void Sign()
    {
        var sign = Signs.FirstOrDefault(sign => string.CompareOrdinal(text, position, sign, 0, sign.Length) == 0);
        if (sign is not null)
        {
            Add(TokenKind.Sign, position + sign.Length);
            return;
        }

        // "$" before a letter is an operator, not an amount.
        // "vip + Pune": by itself it joins, right behind a number it is "or more".
        if (Current == '+' && position > 0 && char.IsWhiteSpace(text[position - 1]) && char.IsWhiteSpace(At(position + 1)))
        {
            tokens.Add(new Token(TokenKind.Word, "and", position, ++position, Glued: false));
            return;
        }

        var isOrdinary = Current switch
        {
            '$' => !char.IsLetter(At(position + 1)) && At(position + 1) != '_',
            _ => Ordinary.Contains(Current),
        };
        var length = char.IsHighSurrogate(Current) && char.IsLowSurrogate(At(position + 1)) ? 2 : 1;
        Add(isOrdinary ? TokenKind.Sign : TokenKind.Stray, position + length);
    }
}
