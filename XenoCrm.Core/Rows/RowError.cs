namespace XenoCrm.Core.Rows;

/// <summary>What is wrong with a field of a row, for the person who repairs it. Never the value itself: it may be personal.</summary>
public sealed record FieldError(string Field, string Message);

/// <summary>A field that kept a row out. <paramref name="Row"/>: its line in a CSV file, its index in a bulk request.</summary>
public sealed record RowError(long Row, string Field, string Message)
{
    /// <summary>So many errors are told in the answer for a file or a bulk request; the rejected rows are all counted.</summary>
    public const int MaxTold = 100;

    /// <summary>So many errors of one row are told: a person repairs a few and looks again.</summary>
    public const int MaxToldOfRow = 20;
}
