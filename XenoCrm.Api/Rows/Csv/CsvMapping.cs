using XenoCrm.Api.Http;
using XenoCrm.Core.Text;

namespace XenoCrm.Api.Rows.Csv;

/// <summary>
/// What the uploader says of the columns: <c>?columns=E-Mail:email,Ort:city,Notes:</c>, a file's own name for each of ours, or for none.
/// </summary>
internal sealed class CsvMapping
{
    public const string Parameter = "columns";

    public static readonly CsvMapping None = new();

    private readonly Dictionary<string, string?> fields = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>The file's names.</summary>
    public IEnumerable<string> Names => fields.Keys;

    public bool TryGet(string name, out string? field) => fields.TryGetValue(name, out field);

    /// <exception cref="RefusedRequestException">400: it cannot be read, or names a column of ours that there is not.</exception>
    public static CsvMapping Parse(string? text, CsvLayout layout)
    {
        var mapping = new CsvMapping();
        foreach (var pair in text?.Split(',', StringSplitOptions.RemoveEmptyEntries) ?? [])
        {
            var colon = pair.LastIndexOf(':');
            if (colon < 1)
            {
                throw Refused(
                    $"'{pair.Trim()}' names no column of ours; it should read like columns=E-Mail:email,Ort:city, "
                        + "and columns=Notes: to leave one out.");
            }

            var (name, wanted) = (pair[..colon].Trim(), pair[(colon + 1)..].Trim());
            var field = wanted.Length == 0 ? null : layout.FieldOf(wanted) ?? throw Refused(KnownNames.Refusal(wanted, layout.FieldNames));
            if (!mapping.fields.TryAdd(name, field))
            {
                throw Refused($"{name} is there twice.");
            }
        }

        return mapping;
    }

    private static RefusedRequestException Refused(string message) => new(message, StatusCodes.Status400BadRequest, Parameter);
}
