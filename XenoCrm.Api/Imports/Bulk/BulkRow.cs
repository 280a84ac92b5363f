using System.Buffers;

namespace XenoCrm.Api.Imports.Bulk;

/// <summary>The JSON text of one row, valid until the next row is read, or why there is none.</summary>
internal readonly record struct BulkRow(ReadOnlySequence<byte> Json, string? Fault = null);
