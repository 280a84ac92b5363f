using Microsoft.AspNetCore.Mvc.Testing;

namespace XenoCrm.Tests.Support;

/// <summary>A service's own program in the test's process, on a socket that the system picks.</summary>
/// <typeparam name="TProgram">Any type of the service's assembly names it.</typeparam>
internal sealed class ServiceFactory<TProgram> : WebApplicationFactory<TProgram>
    where TProgram : class
{
    private readonly Action<IWebHostBuilder> configure;

    public ServiceFactory(Action<IWebHostBuilder> configure)
    {
        this.configure = configure;

        // Not UseKestrel(0): that changes the address when the program, in a thread of its own, may be listening already.
        UseKestrel();
        StartServer();
    }

    public Uri Address => ClientOptions.BaseAddress;

    protected override void ConfigureWebHost(IWebHostBuilder builder)
    {
        builder.UseUrls("http://127.0.0.1:0");
        configure(builder);
    }
}
