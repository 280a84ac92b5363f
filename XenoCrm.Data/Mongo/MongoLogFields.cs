using MongoDB.Bson;
using XenoCrm.Core.Campaigns;

namespace XenoCrm.Data.Mongo;

/// <summary>The fields of <see cref="MongoLogRow"/> that are written row by row, or in a pipeline.</summary>
internal static class MongoLogFields
{
    public static readonly MongoField<MongoLogRow, string> Id = new(row => row.Id);
    public static readonly MongoField<MongoLogRow, string?> Recipient = new(row => row.Recipient);
    public static readonly MongoField<MongoLogRow, string?> Message = new(row => row.Message);
    public static readonly MongoField<MongoLogRow, DeliveryStatus> Status = new(row => row.Status);
    public static readonly MongoField<MongoLogRow, int> Round = new(row => row.Round);
    public static readonly MongoField<MongoLogRow, string?> VendorMessageId = new(row => row.VendorMessageId);
    public static readonly MongoField<MongoLogRow, string?> FailureReason = new(row => row.FailureReason);
    public static readonly MongoField<MongoLogRow, int> Attempts = new(row => row.Attempts);
    public static readonly MongoField<MongoLogRow, bool?> MaybeHanded = new(row => row.MaybeHanded);
    public static readonly MongoField<MongoLogRow, DateTimeOffset?> DueAt = new(row => row.DueAt);
    public static readonly MongoField<MongoLogRow, DateTimeOffset?> HourAt = new(row => row.HourAt);
    public static readonly MongoField<MongoLogRow, ObjectId?> Lease = new(row => row.Lease);
    public static readonly MongoField<MongoLogRow, DateTimeOffset> UpdatedAt = new(row => row.UpdatedAt);
}
