namespace XenoCrm.Data;

/// <summary>The form in which text is compared: every store keeps it beside the text, so that all fold case alike.</summary>
public static class TextKey
{
    public static string Of(string text) => text.ToLowerInvariant();
}
