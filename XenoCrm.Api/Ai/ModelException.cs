namespace XenoCrm.Api.Ai;

/// <summary>The model gave no answer.</summary>
/// <param name="failure">Why.</param>
/// <param name="retryAfter">When it wants to be asked again, if it said so.</param>
/// <param name="status">Of HTTP; 0 where there was no answer.</param>
internal sealed class ModelException(ModelFailure failure, TimeSpan? retryAfter = null, int status = 0, Exception? inner = null)
    : Exception(failure.ToString(), inner)
{
    public ModelFailure Failure { get; } = failure;

    public TimeSpan? RetryAfter { get; } = retryAfter;

    public int Status { get; } = status;

    /// <summary>Whether another try may succeed.</summary>
    public bool IsTransient => Failure is ModelFailure.Busy or ModelFailure.Down or ModelFailure.Malformed;
}
