namespace XenoCrm.AppHost;

/// <summary>Why the application cannot run, in one sentence that says what to do.</summary>
internal sealed class StartFailure(string sentence) : Exception(sentence);
