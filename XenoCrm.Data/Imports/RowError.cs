namespace XenoCrm.Data.Imports;

/// <summary>What is wrong with a field of a row, for the person who repairs it. Never the value itself: it may be personal.</summary>
public sealed record FieldError(string Field, string Message);

/// <summary>A field that kept a row out. <paramref name="Row"/>: its line in a CSV file, its index in a bulk request.</summary>
public sealed record RowError(long Row, string Field, string Message)
{
    /// <summary>So many errors of a file or a bulk request are told; the rejected rows are all counted.</summary>
    public const int MaxTold = 100;
}
