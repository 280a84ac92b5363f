using XenoCrm.Api.Imports.Rows;
using XenoCrm.Data.Customers;

namespace XenoCrm.Api.Imports.Csv;

/// <summary>Which columns a file may have. Of each list in <paramref name="Required"/> it has at least one.</summary>
internal sealed record CsvLayout(string[] Columns, bool HasAttributes, string[][] Required)
{
    private const string AttributePrefix = "attributes.";

    /// <summary>Finds the columns of a file by its header.</summary>
    /// <exception cref="CsvRefusedException">A column is unknown, missing, or there twice.</exception>
    public CsvColumns Resolve(IReadOnlyList<string> header)
    {
        var columns = new CsvColumns(header.Count);
        for (var i = 0; i < header.Count; i++)
        {
            var name = header[i].Trim();
            if (Attribute(name) is { } key)
            {
                Add(columns.Attributes, key, i, name);
            }
            else
            {
                var field = Known(name) ?? throw Unknown(header, i);
                Add(columns.Fields, field, i, field);
            }
        }

        foreach (var alternatives in Required.Where(alternatives => !alternatives.Any(columns.Fields.ContainsKey)))
        {
            throw Refused(alternatives[0], alternatives.Length == 1
                ? "This column is missing."
                : $"This column is missing; a file needs it or {string.Join(" or ", alternatives[1..])}.");
        }

        return columns;
    }

    private static void Add(Dictionary<string, int> columns, string key, int index, string name)
    {
        if (!columns.TryAdd(key, index))
        {
            throw Refused(name, "This column is there twice.");
        }
    }

    // Spreadsheets like capitals; an attribute's own name is taken as it is.
    private string? Known(string name) => Array.Find(Columns, column => column.Equals(name, StringComparison.OrdinalIgnoreCase));

    private string? Attribute(string name)
    {
        if (!HasAttributes || !name.StartsWith(AttributePrefix, StringComparison.OrdinalIgnoreCase))
        {
            return null;
        }

        var key = name[AttributePrefix.Length..];
        return AttributeValue.IsKey(key) ? key : throw Refused(name, RowAttributes.KeyRule);
    }

    private CsvRefusedException Unknown(IReadOnlyList<string> header, int index)
    {
        var name = header[index].Trim();
        var hint = header.Count == 1 && name.AsSpan().ContainsAny(';', '\t', '|') ? " Columns are separated by commas." : "";
        return name.Length == 0
            ? Refused(null, $"Column {index + 1} of the header has no name.")
            : Refused(name, $"There is no such column. There are: {string.Join(", ", Columns)}{(HasAttributes ? ", attributes.x" : "")}.{hint}");
    }

    private static CsvRefusedException Refused(string? field, string message) => new(1, field, message);
}

/// <summary>At which place of a row a field stands.</summary>
internal sealed class CsvColumns(int count)
{
    public int Count => count;

    public Dictionary<string, int> Fields { get; } = [];

    public Dictionary<string, int> Attributes { get; } = [];
}
