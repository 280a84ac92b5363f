namespace XenoCrm.Core.Audit;

/// <summary>Who did what to what. Nothing in it is personal but the actor's own address.</summary>
/// <param name="Id">A UUIDv7.</param>
/// <param name="Actor">A person's address, or <c>key:NAME</c>.</param>
/// <param name="Action">What was done: <c>campaign.paused</c>, <c>key.revoked</c> …</param>
/// <param name="Subject">The id of what it was done to; null if there is no one thing.</param>
/// <param name="Detail">What the id does not tell: <c>viewer → admin</c>.</param>
public sealed record AuditEntry(string Id, DateTimeOffset At, string Actor, string Action, string? Subject, string? Detail);
