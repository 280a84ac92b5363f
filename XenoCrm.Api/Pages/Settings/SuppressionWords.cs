namespace XenoCrm.Api.Pages.Settings;

/// <summary>What the suppression list says, for people.</summary>
internal static class SuppressionWords
{
    public static string Reason(string reason) => reason switch
    {
        "manual" => "put there by hand",
        "complaint" => "complained",
        _ => reason,
    };

    public static string Kind(string kind) => kind == "email" ? "E-mail address" : "Telephone number";

    public static string By(string by) => by == Core.Suppressions.Suppression.ByErasure ? "the erasure of a customer" : by;
}
