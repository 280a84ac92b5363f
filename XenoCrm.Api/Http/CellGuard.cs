using System.Globalization;

namespace XenoCrm.Api.Http;

/// <summary>
/// Keeps a spreadsheet from running a cell: what could be read as a formula gets a <c>'</c> in front, which spreadsheets take
/// for "this is text" and our import takes away again:
/// <code>
/// =1+1          '=1+1
/// +49 30 1234   '+49 30 1234
/// '=1+1         ''=1+1          so that nobody's own quotation mark is lost
/// </code>
/// </summary>
internal static class CellGuard
{
    private const char Guard = '\'';

    // The second four are their full-width forms, which some spreadsheets take for the same.
    private const string Formulas = "=+-@\uFF1D\uFF0B\uFF0D\uFF20";

    public static string Put(string text) => IsNeeded(text) ? Guard + text : text;

    /// <summary>The text without the guard that <see cref="Put"/> gave it; any other text as it is.</summary>
    /// <param name="wasThere">Whether the cell was marked as text.</param>
    public static string Take(string cell, out bool wasThere)
    {
        wasThere = cell.StartsWith(Guard) && IsNeeded(cell.AsSpan(1));
        return wasThere ? cell[1..] : cell;
    }

    // White space and what cannot be seen is passed over, as some programs trim a cell before they look at it. A number below zero is no
    // formula.
    private static bool IsNeeded(ReadOnlySpan<char> text)
    {
        if (text is ['-', .. var digits] && digits.IndexOfAnyExceptInRange('0', '9') is var rest && rest != 0
            && (rest < 0 || (digits[rest] == '.' && !digits[(rest + 1)..].ContainsAnyExceptInRange('0', '9'))))
        {
            return digits.IsEmpty;
        }

        foreach (var c in text)
        {
            if (c is '\t' or '\r' or '\n' or '\0' || Formulas.Contains(c, StringComparison.Ordinal))
            {
                return true;
            }

            if (c != Guard && !char.IsWhiteSpace(c) && !char.IsControl(c) && char.GetUnicodeCategory(c) != UnicodeCategory.Format)
            {
                return false;
            }
        }

        return false;
    }
}
