namespace XenoCrm.Api.Customers;

internal static class CustomerServices
{
    public static IServiceCollection AddCustomers(this IServiceCollection services) => services.AddSingleton<CustomerService>();
}
