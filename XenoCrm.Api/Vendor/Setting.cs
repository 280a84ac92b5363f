namespace XenoCrm.Api.Vendor;

internal static class Setting
{
    /// <summary>An empty text is a setting that is not there: who leaves a variable of a deployment empty means none.</summary>
    public static string? OrNone(string? value) => string.IsNullOrWhiteSpace(value) ? null : value;
}
