namespace XenoCrm.Api.Samples;

/// <summary>How the sample shop is.</summary>
public enum SampleShopState
{
    /// <summary>None of it is there.</summary>
    Absent,

    /// <summary>This process brings it in.</summary>
    Loading,

    /// <summary>This process takes it out.</summary>
    Removing,

    /// <summary>All of it is there.</summary>
    Present,

    /// <summary>A part is there: another replica is at it, or a stop has cut it off. Either step can be taken, and mends it.</summary>
    Partial,
}

/// <param name="Done">How many of its customers are in, or of those that were there are out by now.</param>
/// <param name="Total">Of how many.</param>
/// <param name="IsWaiting">Whether the store cannot be written now; it goes on by itself.</param>
public sealed record SampleShopStatus(SampleShopState State, int Done, int Total, bool IsWaiting = false)
{
    public bool IsBusy => State is SampleShopState.Loading or SampleShopState.Removing;
}
