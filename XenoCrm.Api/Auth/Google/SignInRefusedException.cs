namespace XenoCrm.Api.Auth.Google;

/// <summary>A sign-in that ends here. <see cref="Exception.Message"/> is for the person who tried; it names nobody.</summary>
/// <param name="status">The answer's.</param>
/// <param name="reason">A word for the log: <c>not-allowed</c>, <c>token-expired</c> …</param>
/// <param name="message">What is wrong, and what can be done.</param>
internal sealed class SignInRefusedException(int status, string reason, string message) : Exception(message)
{
    public int Status => status;

    public string Reason => reason;
}
