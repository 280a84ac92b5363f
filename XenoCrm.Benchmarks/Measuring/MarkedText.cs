namespace XenoCrm.Benchmarks.Measuring;

/// <summary>The part of a document that a program writes: between a line that begins it and one that ends it.</summary>
internal static class MarkedText
{
    public static string Begin(string name) => $"<!-- {name}: begin -->";

    public static string End(string name) => $"<!-- {name}: end -->";

    /// <exception cref="InvalidOperationException">The document has no such part, or the lines are in the wrong order.</exception>
    public static string Replace(string document, string name, string text)
    {
        var begin = document.IndexOf(Begin(name), StringComparison.Ordinal);
        var end = document.IndexOf(End(name), StringComparison.Ordinal);
        return begin >= 0 && end > begin
            ? $"{document[..begin]}{Begin(name)}\n{text.TrimEnd()}\n{document[end..]}"
            : throw new InvalidOperationException($"There is no place for it: a line {Begin(name)} and after it a line {End(name)}.");
    }

    /// <exception cref="InvalidOperationException">As above.</exception>
    public static void ReplaceIn(string file, string name, string text)
    {
        try
        {
            File.WriteAllText(file, Replace(File.ReadAllText(file), name, text));
        }
        catch (InvalidOperationException e)
        {
            throw new InvalidOperationException($"{file}: {e.Message}", e);
        }
    }
}
