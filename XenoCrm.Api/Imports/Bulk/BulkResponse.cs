using System.Text.Json.Serialization;
using XenoCrm.Core.Rows;

namespace XenoCrm.Api.Imports.Bulk;

/// <summary>What became of the rows of a bulk request.</summary>
/// <param name="Accepted">Rows that went in; an order that was known is one of them.</param>
/// <param name="Rejected">All rows that stayed out.</param>
/// <param name="Errors">The first 100 errors, in the rows' order.</param>
/// <param name="Updated">
/// Of the accepted, those that changed what was known: a customer's update, an order's correction. Left out where there are none.
/// </param>
public sealed record BulkResponse(
    long Accepted, long Rejected, IReadOnlyList<BulkError> Errors,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)] long Updated)
{
    internal static BulkResponse Of(RowTally tally) =>
        new(tally.Accepted, tally.Rejected, [.. tally.Errors.Select(error => new BulkError(error.Row, error.Field, error.Message))],
            tally.Updated);
}

/// <param name="Index">The row's, from 0; empty lines of NDJSON do not count.</param>
/// <param name="Field">The member, or <c>$</c> for the row as a whole.</param>
public sealed record BulkError(long Index, string Field, string Message);
