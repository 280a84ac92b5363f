namespace XenoCrm.Api.Access;

/// <summary>
/// A request is checked when it comes. An answer that goes on for hours asks again, so that it ends with the session, the key or the role
/// that it was given to.
/// </summary>
internal interface ICallerStanding
{
    /// <summary>Whether the caller is still signed in and still has <paramref name="permission"/>. Cheap: asked of a short cache.</summary>
    Task<bool> MayStillAsync(HttpContext http, string permission, CancellationToken cancellationToken);
}
