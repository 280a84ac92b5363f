namespace XenoCrm.Api.Ai;

/// <summary>Where an answer comes from, as the API says it.</summary>
internal static class LanguageSource
{
    /// <summary>The built-in engine: always there, offline, for nothing.</summary>
    public const string Grammar = "grammar";

    /// <summary>The language model.</summary>
    public const string Model = "openai";
}
