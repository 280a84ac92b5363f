using XenoCrm.Data.Rules;

namespace XenoCrm.Api.Language.Meaning;

/// <summary>Finds rules that say nothing: some part can hold for nobody, or the whole holds for everybody without having been asked to.</summary>
internal static class Consistency
{
    public static void Check(Rule rule, DateTimeOffset now)
    {
    }
}
