using XenoCrm.Core.Rules;

namespace XenoCrm.Data;

/// <summary>Rules that a store holds. One that cannot be read is not the caller's fault, as a rule in a request would be.</summary>
internal static class StoredRules
{
    /// <param name="owner">Whose it is, at the beginning of a sentence: <c>Segment 0199…</c>.</param>
    /// <param name="read">Reads what has the rule in it.</param>
    /// <exception cref="InvalidDataException">The rule is none that this program can read.</exception>
    public static T Read<T>(string owner, Func<T> read)
    {
        try
        {
            return read();
        }
        catch (RuleException e)
        {
            throw new InvalidDataException($"{owner} holds a rule that this program cannot read: {e.Path} {e.Message}", e);
        }
    }
}
