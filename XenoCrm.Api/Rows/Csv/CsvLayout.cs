using XenoCrm.Core.Imports;
using XenoCrm.Core.Text;

namespace XenoCrm.Api.Rows.Csv;

/// <summary>Which columns a file may have. Of each list in <paramref name="Required"/> it has at least one.</summary>
internal sealed record CsvLayout(string[] Columns, bool HasAttributes, string[][] Required)
{
    /// <summary>The parts of a <c>name</c>, as many files have them.</summary>
    public const string FirstName = "firstName";
    public const string LastName = "lastName";

    public const string AttributePrefix = "attributes.";

    private const string Name = "name";

    // A column one letter away from one of ours is taken for a slip, unless it is a word of its own.
    private static readonly string[] WordsOfTheirOwn = ["county"];

    /// <summary>The members that the same row may have as a JSON object.</summary>
    public IReadOnlyCollection<string> Members { get; } = HasAttributes ? [.. Columns, "attributes"] : Columns;

    /// <summary>What a column may be taken for, for people.</summary>
    public IReadOnlyCollection<string> FieldNames { get; } =
    [
        .. Columns,
        .. Columns.Contains(Name) ? [FirstName, LastName] : Array.Empty<string>(),
        .. HasAttributes ? ["attributes.x"] : Array.Empty<string>(),
    ];

    /// <summary>The field that a name says, whatever its case, blanks and hyphens; null if it says none.</summary>
    public string? FieldOf(string name) =>
        Attribute(name) ?? FieldNames.FirstOrDefault(field => KnownNames.Plain(field) == KnownNames.Plain(name) && !IsAttribute(field));

    /// <summary>What each column of a file is taken for, by its header and by what the uploader says.</summary>
    /// <exception cref="CsvRefusedException">A column is missing, there twice, or looks like a slip.</exception>
    public IReadOnlyList<ImportColumn> Resolve(IReadOnlyList<string> header, CsvMapping mapping)
    {
        string[] names = [.. header.Select(name => name.Trim())];
        if (mapping.Names.FirstOrDefault(name => !names.Contains(name, StringComparer.OrdinalIgnoreCase)) is { } absent)
        {
            throw Refused(
                CsvMapping.Parameter, $"The file has no column {absent}. It has: "
                    + $"{string.Join(", ", names.Where(name => name.Length > 0))}.");
        }

        var columns = names.Select(name => new ImportColumn(name, mapping.TryGet(name, out var said) ? said : FieldOf(name))).ToList();
        if (columns.Exists(column => column.Field == Name))
        {
            columns = [.. columns.Select(column => column.Field is FirstName or LastName ? column with { Field = null } : column)];
        }

        Check(columns, mapping);
        return columns;
    }

    private void Check(List<ImportColumn> columns, CsvMapping mapping)
    {
        var taken = columns.Where(column => column.Field is not null);
        if (taken.GroupBy(column => column.Field).FirstOrDefault(same => same.Count() > 1) is { } twice)
        {
            throw Refused(
                twice.Key,
                $"This column is there twice: {string.Join(" and ", twice.Select(column => column.Name))}. "
                    + $"Leave one out, with ?columns={twice.Last().Name}: for instance.");
        }

        var others = columns.Where(column => column.Field is null && column.Name.Length > 0).Select(column => column.Name);
        foreach (var name in others.Where(name => !mapping.TryGet(name, out _)))
        {
            if (IsAttribute(name))
            {
                throw Refused(
                    name, HasAttributes ? RowAttributes.KeyRule : $"There is no such column. There are: {string.Join(", ", FieldNames)}.");
            }

            if (Meant(name, columns) is { } meant)
            {
                throw Refused(
                    name,
                    $"There is no such column; did you mean {meant}? "
                        + $"Say so with ?columns={name}:{meant}, or leave it out with ?columns={name}:");
            }
        }

        foreach (var alternatives in Required.Where(alternatives => !columns.Exists(column => alternatives.Contains(column.Field))))
        {
            var missing = alternatives.Length == 1
                ? "This column is missing."
                : $"This column is missing; a file needs it or {string.Join(" or ", alternatives[1..])}.";
            throw Refused(alternatives[0], $"{missing} If it has another name, say which: ?columns=NAME:{alternatives[0]}");
        }
    }

    private string? Meant(string name, List<ImportColumn> columns)
    {
        var typed = KnownNames.Plain(name);
        return typed.Length < 4 || WordsOfTheirOwn.Contains(typed)
            ? null
            : FieldNames.FirstOrDefault(field =>
                !columns.Exists(column => column.Field == field)
                && KnownNames.Distance(typed, KnownNames.Plain(field)) <= (field.Length < 8 ? 1 : 2));
    }

    private string? Attribute(string name)
    {
        if (!HasAttributes || !IsAttribute(name))
        {
            return null;
        }

        return AttributeKey.Find(name[AttributePrefix.Length..]) is { } key ? AttributePrefix + key : null;
    }

    private static bool IsAttribute(string name) => name.StartsWith(AttributePrefix, StringComparison.OrdinalIgnoreCase);

    private static CsvRefusedException Refused(string? field, string message) => new(1, field, message);
}

/// <summary>At which place of a row a field stands.</summary>
internal sealed class CsvColumns
{
    public CsvColumns(IReadOnlyList<ImportColumn> columns, string? dates)
    {
        Count = columns.Count;
        Dates = dates;
        foreach (var (index, column) in columns.Index().Where(column => column.Item.Field is not null))
        {
            var field = column.Field!;
            if (field.StartsWith(CsvLayout.AttributePrefix, StringComparison.Ordinal))
            {
                Attributes.Add(field[CsvLayout.AttributePrefix.Length..], index);
            }
            else
            {
                Fields.Add(field, index);
            }
        }
    }

    public int Count { get; }

    /// <summary>The order of day and month, if one is said; see <see cref="CsvDates"/>.</summary>
    public string? Dates { get; }

    public Dictionary<string, int> Fields { get; } = [];

    public Dictionary<string, int> Attributes { get; } = [];
}
