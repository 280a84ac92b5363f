using XenoCrm.ServiceDefaults;

namespace XenoCrm.Api.Campaigns.Drafts;

/// <summary>Wakes the starter when a campaign is launched.</summary>
internal sealed class StartSignal(TimeProvider time) : Signal(time);
