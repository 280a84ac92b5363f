using Microsoft.AspNetCore.StaticAssets;

namespace XenoCrm.Api.Pages.Shell;

/// <summary>
/// The addresses of style sheets, scripts and pictures. Each has its contents' fingerprint in it, so that a browser keeps the file for a
/// year and still has the new one after an update.
/// </summary>
internal sealed class PageAssets(EndpointDataSource endpoints)
{
    private readonly Lazy<Dictionary<string, string>> addresses = new(() => endpoints.Endpoints
        .Select(endpoint => endpoint.Metadata.GetMetadata<StaticAssetDescriptor>())
        .OfType<StaticAssetDescriptor>()
        .Select(asset => (Name: asset.Properties.FirstOrDefault(property => property.Name == "label")?.Value, asset.Route))
        .Where(asset => asset.Name is not null)
        .DistinctBy(asset => asset.Name)
        .ToDictionary(asset => asset.Name!, asset => "/" + asset.Route));

    /// <param name="file">Under <c>wwwroot/assets</c>: <c>app.css</c>.</param>
    public string this[string file] => addresses.Value.GetValueOrDefault($"assets/{file}", $"/assets/{file}");
}
