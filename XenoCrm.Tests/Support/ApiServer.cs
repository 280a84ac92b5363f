using System.Net;
using XenoCrm.Api.Keys;

namespace XenoCrm.Tests.Support;

/// <summary>The API on a socket of its own and a store in a folder of its own, in the test's process.</summary>
public sealed class ApiServer : IDisposable
{
    private readonly TempFolder folder = new();
    private readonly DocumentedAnswers answers = new();
    private readonly ServiceFactory<ApiKeyOptions> factory;

    /// <param name="settings">Configuration by key, on top of the test's defaults.</param>
    /// <param name="configure">Further changes, for instance to services.</param>
    public ApiServer(IEnumerable<KeyValuePair<string, string?>>? settings = null, Action<IWebHostBuilder>? configure = null)
    {
        factory = new ServiceFactory<ApiKeyOptions>(builder =>
        {
            builder.UseEnvironment("Development");
            builder.UseSetting("XENOCRM_DATA", folder.Path);
            builder.UseSetting("Logging:LogLevel:Default", "Warning");
            foreach (var (key, value) in settings ?? [])
            {
                builder.UseSetting(key, value);
            }

            builder.ConfigureServices(services => services.AddSingleton<IStartupFilter>(answers));
            configure?.Invoke(builder);
        });
        Address = factory.Address;
    }

    public Uri Address { get; }

    public IServiceProvider Services => factory.Services;

    public string DataFolder => folder.Path;

    /// <summary>A client that nobody knows.</summary>
    public HttpClient Anonymous() =>
        new(new SocketsHttpHandler { AllowAutoRedirect = false, CookieContainer = new CookieContainer() }) { BaseAddress = Address };

    /// <summary>A client that is signed in, as an admin unless <paramref name="role"/> says otherwise.</summary>
    public async Task<HttpClient> SignedInAsync(string email = "mara@example.com", string? role = null)
    {
        var client = Anonymous();
        var answer = await client.PostAsJsonAsync("/auth/dev", new { email, role }, TestContext.Current.CancellationToken);
        answer.EnsureSuccessStatusCode();
        return client;
    }

    public void Dispose()
    {
        factory.Dispose();
        folder.Dispose();
        answers.AssertAll();
    }
}
