using System.Globalization;
using System.Security.Cryptography;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Hosting;

namespace XenoCrm.ServiceDefaults;

/// <summary>
/// Where things are on one machine, read alike by the AppHost and by a service that is started on its own:
/// <c>XENOCRM_PORT</c> is the API's port (5080), the vendor takes the next, the worker the one after, then Redis;
/// <c>XENOCRM_DATA</c> is the data folder (<c>data</c> beside the solution, else in the current folder).
/// </summary>
public static class LocalEnvironment
{
    public const int DefaultPort = 5080;
    public const int VendorOffset = 1;
    public const int WorkerOffset = 2;
    public const int RedisOffset = 3;

    private const string SecretFile = "webhook-secret";

    /// <exception cref="InvalidOperationException"><c>XENOCRM_PORT</c> is not a port.</exception>
    public static int Port(IConfiguration configuration)
    {
        var text = configuration["XENOCRM_PORT"];
        if (string.IsNullOrWhiteSpace(text))
        {
            return DefaultPort;
        }

        return int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var port) && port is > 0 and <= 65_000
            ? port
            : throw new InvalidOperationException($"XENOCRM_PORT is '{text}'; it must be a port number from 1 to 65000.");
    }

    /// <summary>Where a service is on this machine: <c>http://localhost:5081</c>.</summary>
    /// <param name="configuration">Names the first port.</param>
    /// <param name="offset">The service's, from the API's port on.</param>
    public static string Address(IConfiguration configuration, int offset = 0) =>
        string.Create(CultureInfo.InvariantCulture, $"http://localhost:{Port(configuration) + offset}");

    public static string DataFolder(IConfiguration configuration)
    {
        if (configuration["XENOCRM_DATA"] is { Length: > 0 } folder)
        {
            return Path.GetFullPath(folder);
        }

        for (var at = new DirectoryInfo(Directory.GetCurrentDirectory()); at is not null; at = at.Parent)
        {
            if (File.Exists(Path.Combine(at.FullName, "XenoCrm.sln")))
            {
                return Path.Combine(at.FullName, "data");
            }
        }

        return Path.GetFullPath("data");
    }

    /// <summary>Listens on <c>http://localhost</c> at the service's own port, unless addresses are configured.</summary>
    public static WebApplicationBuilder UseLocalPort(this WebApplicationBuilder builder, int offset)
    {
        if (string.IsNullOrEmpty(builder.Configuration[WebHostDefaults.ServerUrlsKey])
            && string.IsNullOrEmpty(builder.Configuration["HTTP_PORTS"]))
        {
            builder.WebHost.UseUrls(
                Address(builder.Configuration, offset));
        }

        return builder;
    }

    /// <summary>
    /// The secrets that sign and verify webhooks, the newest first: <c>Webhooks:Secrets:0</c> and, while one rotates,
    /// <c>:1</c>. In Development, where none is configured, one is made and kept in the data folder, so that services
    /// started one by one share it.
    /// </summary>
    /// <exception cref="InvalidOperationException">None is configured outside Development, or one is too short.</exception>
    public static IReadOnlyList<byte[]> WebhookSecrets(IConfiguration configuration, IHostEnvironment environment)
    {
        var configured = configuration.GetSection("Webhooks:Secrets").Get<string[]>()?.Where(secret => secret.Length > 0).ToArray() ?? [];
        if (configured.FirstOrDefault(secret => secret.Length < 24) is not null)
        {
            throw new InvalidOperationException(
                "A secret in Webhooks:Secrets has fewer than 24 characters. Make one with: openssl rand -base64 32");
        }

        if (configured.Length == 0)
        {
            configured = environment.IsDevelopment()
                ? [SharedSecret(DataFolder(configuration))]
                : throw new InvalidOperationException(
                    "Webhooks:Secrets:0 is not set. Outside Development the secret that signs webhooks must be configured. Make one with: "
                        + "openssl rand -base64 32");
        }

        return [.. configured.Select(System.Text.Encoding.UTF8.GetBytes)];
    }

    /// <summary>The secret that signs webhooks on this machine: made once, readable by its owner only.</summary>
    public static string SharedSecret(string folder)
    {
        Directory.CreateDirectory(folder);
        var path = Path.Combine(folder, SecretFile);
        if (!File.Exists(path))
        {
            var mine = $"{path}.{Environment.ProcessId}";
            WritePrivate(mine, Convert.ToBase64String(RandomNumberGenerator.GetBytes(32)));
            try
            {
                File.Move(mine, path, overwrite: false);
            }
            catch (IOException) when (File.Exists(path))
            {
                File.Delete(mine);
            }
        }

        return File.ReadAllText(path);
    }

    /// <summary>Writes a file that nobody but its owner can read at any time.</summary>
    public static void WritePrivate(string path, string text)
    {
        var options = new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        using var writer = new StreamWriter(path, options);
        writer.Write(text);
    }
}
