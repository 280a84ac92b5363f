namespace XenoCrm.Api.Audit;

internal static class AuditServices
{
    public static IServiceCollection AddAudit(this IServiceCollection services) =>
        services.AddSingleton<AuditLog>().AddSingleton<AuditService>();
}
