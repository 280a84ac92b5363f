using System.Text;
using System.Text.RegularExpressions;

namespace XenoCrm.AppHost.Publishing;

/// <summary>
/// What can only be said in the chart's text, once Aspire has written it: conditions, replicas by value, the names of the
/// images, and the templates and values of <c>Publishing/Chart</c>.
/// </summary>
internal static partial class Chart
{
    private static readonly (string Store, string External)[] Replaceable = [("mongo", "mongodb"), ("redis", "redis")];

    private static readonly (string Container, string Cpu)[] Containers =
        [("api", "250m"), ("worker", "100m"), ("vendor", "100m"), ("mongo", "250m"), ("redis", "100m"), ("kubernetes_dashboard", "50m")];

    /// <summary><c>{{ .Values.storage.size }}</c></summary>
    public static string Value(string path) => $"{{{{ .Values.{path} }}}}";

    /// <param name="folder">Where Aspire has written the chart.</param>
    /// <param name="source">What is added to it.</param>
    public static void Finish(string folder, string source)
    {
        foreach (var (store, external) in Replaceable)
        {
            foreach (var file in Directory.EnumerateFiles(Path.Combine(folder, "templates", store)))
            {
                Change(file, text => $"{{{{- if not .Values.external.{external} }}}}\n{text}{{{{- end }}}}\n");
            }
        }

        foreach (var (service, workload) in ((string, string)[])[("api", "statefulset.yaml"), ("worker", "deployment.yaml")])
        {
            var replicas = "  replicas: " + Value($"replicas.{service}");
            Change(Path.Combine(folder, "templates", service, workload), text => Replicas().Replace(text, replicas));
        }

        Change(Path.Combine(folder, "values.yaml"), text =>
            Image().Replace(text, image => $"\"{Published.Image(image.Groups["service"].Value)}\"")
            + File.ReadAllText(Path.Combine(source, "values.yaml")).ReplaceLineEndings("\n") + Resources());

        // A pod's sleep before it is stopped.
        Change(Path.Combine(folder, "Chart.yaml"), text => text.Replace("\">= 1.18.0-0\"", "\">= 1.30.0-0\"", StringComparison.Ordinal));
        foreach (var template in Directory.EnumerateFiles(Path.Combine(source, "templates"), "*", SearchOption.AllDirectories))
        {
            File.Copy(template, Path.Combine(folder, Path.GetRelativePath(source, template)), overwrite: true);
        }
    }

    private static string Resources()
    {
        var text = new StringBuilder("# Processor and memory set aside for each, and the memory at which it is ended.\nresources:\n");
        foreach (var (container, cpu) in Containers)
        {
            var (request, limit) = Published.Memory(container);
            text.Append($"  {container}:\n    cpu: \"{cpu}\"\n    memory: \"{request}Mi\"\n    limit: \"{limit}Mi\"\n");
        }

        return text.ToString();
    }

    private static void Change(string file, Func<string, string> change) => File.WriteAllText(file, change(File.ReadAllText(file)));

    [GeneratedRegex(@"^  replicas: \d+$", RegexOptions.CultureInvariant | RegexOptions.Multiline)]
    private static partial Regex Replicas();

    [GeneratedRegex("(?<=_image: )\"(?<service>[a-z]+):latest\"", RegexOptions.CultureInvariant)]
    private static partial Regex Image();
}
