using XenoCrm.ServiceDefaults;

namespace XenoCrm.Api.Campaigns;

/// <summary>Wakes this process's sender when there is new work, so that a campaign starts at once.</summary>
internal sealed class SenderSignal(TimeProvider time) : Signal(time);
