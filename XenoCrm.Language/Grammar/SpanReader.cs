using System.Globalization;
using XenoCrm.Core.Rules;
using XenoCrm.Language.Words;

namespace XenoCrm.Language.Grammar;

/// <summary>Reads a length of time: "30 days", "6mo", "a fortnight", "1.5 years", "90+ days".</summary>
internal sealed class SpanReader(TermCursor cursor)
{
    /// <returns>Null, and nothing taken, where no length of time stands. <c>IsPlus</c>: "90+ days".</returns>
    public (AgoValue Span, Term Unit, bool IsPlus)? TryRead() => cursor.Try(Read);

    private (AgoValue Span, Term Unit, bool IsPlus)? Read()
    {
        if (cursor.TryTake(Lexeme.Number) is not { } number)
        {
            return null;
        }

        var isPlus = cursor.TryTake(Lexeme.GteAfter) is not null;
        return cursor.TryTake(Lexeme.Unit) is { } unit
            ? (Convert(number, unit), unit, isPlus || cursor.TryTake(Lexeme.GteAfter) is not null)
            : null;
    }

    public AgoValue Convert(Term number, Term unit) => Convert(number.Number, unit);

    /// <exception cref="SentenceRefusedException">The rule language counts whole days, weeks, months and years, and it is none of
    /// them.</exception>
    public AgoValue Convert(double number, Term unit)
    {
        var name = unit.ValueOf(Lexeme.Unit)!;
        var letters = name.TrimStart('0', '1', '2', '3', '4', '5', '6', '7', '8', '9');
        var count = number * int.Parse(name[..^letters.Length], CultureInfo.InvariantCulture);
        (count, letters) = letters switch
        {
            "h" => (count / 24, "d"),
            "y" when !double.IsInteger(count) => (count * 12, "mo"),
            "w" when !double.IsInteger(count) => (count * 7, "d"),
            _ => (count, letters),
        };
        if (!double.IsInteger(count) || count is < 1 or > RuleLimits.MaxAgoCount)
        {
            throw Refusals.NotWhole(cursor.TextOf(unit));
        }

        return new AgoValue((int)count, letters switch
        {
            "d" => AgoUnit.Days,
            "w" => AgoUnit.Weeks,
            "mo" => AgoUnit.Months,
            _ => AgoUnit.Years,
        });
    }
}
