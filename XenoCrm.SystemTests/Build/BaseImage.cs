using System.Formats.Tar;
using System.Globalization;
using System.IO.Compression;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text.Json;

namespace XenoCrm.SystemTests.Build;

/// <summary>
/// A registry on this machine with one image that is as good as empty, in place of .NET's own, for which a download would
/// be needed: the SDK builds upon it as upon any other.
/// </summary>
internal sealed class BaseImage : IAsyncDisposable
{
    private const string Manifest = "application/vnd.docker.distribution.manifest.v2+json";

    private readonly WebApplication registry;
    private readonly Dictionary<string, byte[]> blobs = [];

    private BaseImage(WebApplication registry) => this.registry = registry;

    /// <summary>Host and port, as a reference to an image begins.</summary>
    public string Registry => new Uri(registry.Urls.Single()).Authority.Replace("127.0.0.1", "localhost", StringComparison.Ordinal);

    public static async Task<BaseImage> StartAsync(CancellationToken cancellationToken)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Configuration["URLS"] = "http://127.0.0.1:0";
        builder.Logging.ClearProviders();
        var image = new BaseImage(builder.Build());
        var manifest = image.Build();
        image.registry.MapGet("/v2/", () => Results.Ok());
        image.registry.MapGet("/v2/{**path}", (string path) =>
        {
            var last = path[(path.LastIndexOf('/') + 1)..];
            return path.Contains("/manifests/", StringComparison.Ordinal) ? Results.Bytes(manifest, Manifest)
                : image.blobs.TryGetValue(last, out var blob) ? Results.Bytes(blob, "application/octet-stream")
                : Results.NotFound();
        });
        await image.registry.StartAsync(cancellationToken);
        return image;
    }

    public ValueTask DisposeAsync() => registry.DisposeAsync();

    private byte[] Build()
    {
        var tar = new MemoryStream();
        using (var writer = new TarWriter(tar, leaveOpen: true))
        {
            writer.WriteEntry(new PaxTarEntry(TarEntryType.Directory, "home/app/"));
        }

        var layer = new MemoryStream();
        using (var zip = new GZipStream(layer, CompressionLevel.Fastest, leaveOpen: true))
        {
            zip.Write(tar.ToArray());
        }

        var (layerDigest, layerSize) = Add(layer.ToArray());
        var (configDigest, configSize) = Add(JsonSerializer.SerializeToUtf8Bytes(new
        {
            architecture = RuntimeInformation.OSArchitecture == Architecture.Arm64 ? "arm64" : "amd64",
            os = "linux",
            config = new { Env = (string[])["ASPNETCORE_HTTP_PORTS=8080", "APP_UID=1654"], User = "1654" },
            rootfs = new { type = "layers", diff_ids = (string[])[Digest(tar.ToArray())] },
        }));
        return JsonSerializer.SerializeToUtf8Bytes(new
        {
            schemaVersion = 2,
            mediaType = Manifest,
            config = new { mediaType = "application/vnd.docker.container.image.v1+json", size = configSize, digest = configDigest },
            layers =
                new[] { new { mediaType = "application/vnd.docker.image.rootfs.diff.tar.gzip", size = layerSize, digest = layerDigest } },
        });
    }

    private (string Digest, int Size) Add(byte[] blob)
    {
        var digest = Digest(blob);
        blobs[digest] = blob;
        return (digest, blob.Length);
    }

    private static string Digest(byte[] blob) =>
        string.Create(CultureInfo.InvariantCulture, $"sha256:{Convert.ToHexStringLower(SHA256.HashData(blob))}");
}
