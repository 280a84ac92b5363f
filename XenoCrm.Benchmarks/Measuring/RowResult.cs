using System.Text.Json;
using System.Text.Json.Serialization;

namespace XenoCrm.Benchmarks.Measuring;

/// <summary>All runs of one row of the table.</summary>
/// <param name="Row"><c>P1</c>.</param>
/// <param name="What">What it measures, for the table.</param>
/// <param name="Command">What measured it, with its options.</param>
/// <param name="Commit">Of the source tree.</param>
/// <param name="At">When the last run ended.</param>
/// <param name="Machine">Where.</param>
/// <param name="Runs">The figures of each run, the same ones in the same order.</param>
/// <param name="Skipped">Why there are none, if there are none.</param>
internal sealed record RowResult(
    string Row,
    string What,
    string Command,
    string Commit,
    DateTimeOffset At,
    Machine Machine,
    IReadOnlyList<IReadOnlyList<Figure>> Runs,
    string? Skipped = null)
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        WriteIndented = true,
        Converters = { new JsonStringEnumConverter() },
        IgnoreReadOnlyProperties = true,
    };

    /// <summary>Keeps it until the report is written, so that rows can be measured on different days.</summary>
    public void Save(string folder)
    {
        Directory.CreateDirectory(folder);
        File.WriteAllText(Path.Combine(folder, Row + ".json"), JsonSerializer.Serialize(this, Json));
    }

    public static IReadOnlyList<RowResult> ReadAll(string folder) => !Directory.Exists(folder) ? [] :
    [
        .. Directory.EnumerateFiles(folder, "P*.json")
            .Select(file => JsonSerializer.Deserialize<RowResult>(File.ReadAllText(file), Json)!),
    ];
}
