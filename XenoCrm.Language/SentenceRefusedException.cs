namespace XenoCrm.Language;

/// <summary>Ends the reading of a sentence at the first thing that cannot be understood; caught by <see cref="GrammarEngine"/>.</summary>
public sealed class SentenceRefusedException(RefusalReason reason, string message) : Exception(message)
{
    public RefusalReason Reason { get; } = reason;
}
