using System.Text.RegularExpressions;
using Aspire.Hosting.Docker.Resources;

namespace XenoCrm.AppHost.Distributed;

/// <summary>
/// What Aspire's Compose file does not say by itself: a default or a refusal for each value that comes from outside, the
/// restart after a crash or a reboot, and the addresses that the documentation names.
/// </summary>
internal static partial class ComposeTarget
{
    public const string Name = "compose";

    public static void AddCompose(this IDistributedApplicationBuilder builder) => builder.AddDockerComposeEnvironment(Name)
        .WithDashboard(dashboard => dashboard.WithHostPort(18888))
        .ConfigureComposeFile(Complete);

    private static void Complete(ComposeFile file)
    {
        foreach (var service in file.Services.Values)
        {
            service.Restart = "unless-stopped";
            service.Image = WithDefaults(service.Image ?? "");
            foreach (var (name, value) in service.Environment.ToList())
            {
                service.Environment[name] = WithDefaults(value);
            }
        }

        file.Services["api"].Ports = [$"${{XENOCRM_PORT:-5080}}:{Published.Port}"];
    }

    /// <summary><c>${MONGO_PASSWORD}</c> is refused while it is empty, <c>${API_IMAGE}</c> has a default, all else may be empty.</summary>
    private static string WithDefaults(string text) => Input().Replace(text, input => input.Groups["name"].Value switch
    {
        var name when Published.IsRequired(name) => $"${{{name}:?{Published.HowToSet(name)}}}",
        var name when name.EndsWith("_IMAGE", StringComparison.Ordinal) => $"${{{name}:-{Published.Image(name[..^"_IMAGE".Length])}}}",
        var name => $"${{{name}:-}}",
    });

    [GeneratedRegex(@"\$\{(?<name>\w+)\}", RegexOptions.CultureInvariant)]
    private static partial Regex Input();
}
