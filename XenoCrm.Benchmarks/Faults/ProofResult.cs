using System.Globalization;
using System.Text;
using System.Text.Json;
using XenoCrm.Benchmarks.Measuring;

namespace XenoCrm.Benchmarks.Faults;

/// <summary>What a proof was run as and what came of it, kept until the document is written.</summary>
internal sealed record ProofResult(
    string Row, string Command, string Commit, DateTimeOffset At, Machine Machine, IReadOnlyList<string> Lines, string? Skipped)
{
    private const string Program = "dotnet run --project XenoCrm.Benchmarks -c Release -- faults ";

    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { WriteIndented = true };

    /// <summary>A run on some stores stands beside one on others.</summary>
    public void Save(string folder, IReadOnlyList<string> stores)
    {
        Directory.CreateDirectory(folder);
        File.WriteAllText(Path.Combine(folder, $"{Row}-{string.Join('-', stores)}.json"), JsonSerializer.Serialize(this, Json));
    }

    public static IReadOnlyList<ProofResult> ReadAll(string folder) => !Directory.Exists(folder) ? [] :
    [
        .. Directory.EnumerateFiles(folder, "R*.json").Order(StringComparer.Ordinal)
            .Select(file => JsonSerializer.Deserialize<ProofResult>(File.ReadAllText(file), Json)!),
    ];

    /// <summary>The part of docs/reliability.md that is measured, in Markdown.</summary>
    public static string Write(IReadOnlyList<Proof> proofs, IReadOnlyList<ProofResult> results)
    {
        var text = new StringBuilder();
        if (results.MaxBy(result => result.At) is { } newest)
        {
            text.AppendLine(newest.Machine.ToMarkdown("Flushing as in production: SQLite `synchronous=FULL`, Redis `appendfsync always`."))
                .AppendLine();
        }

        foreach (var proof in proofs)
        {
            text.AppendLine(CultureInfo.InvariantCulture, $"**{proof.Row}, `{proof.Command}`:** {proof.What}.").AppendLine();
            var runs = results.Where(result => result.Row == proof.Row).ToList();
            if (runs.TrueForAll(result => result.Lines.Count == 0))
            {
                text.AppendLine(CultureInfo.InvariantCulture, $"- Not run yet{(runs is [{ Skipped: { } why }, ..] ? ": " + why : "")}.");
            }

            foreach (var result in runs.Where(result => result.Lines.Count > 0))
            {
                foreach (var line in result.Lines)
                {
                    text.AppendLine("- " + line);
                }

                text.AppendLine(
                    CultureInfo.InvariantCulture, $"- `{Program}{result.Command}`, commit {result.Commit}, {result.At:yyyy-MM-dd}");
            }

            text.AppendLine();
        }

        return text.ToString();
    }
}
