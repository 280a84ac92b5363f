namespace XenoCrm.Api.Access;

internal static class AccessServices
{
    public static IServiceCollection AddAccess(this IServiceCollection services) => services.AddSingleton(typeof(ShortCache<>));
}
