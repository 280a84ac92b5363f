using System.Net;

namespace XenoCrm.AppHost.Local;

/// <summary>Asks a service's own <c>/health</c>.</summary>
internal sealed class HttpHealth : IDisposable
{
    private readonly HttpClient http = new(new SocketsHttpHandler { UseProxy = false, AllowAutoRedirect = false }) { Timeout = TimeSpan.FromSeconds(5) };

    public async Task<bool> IsReadyAsync(string address, CancellationToken cancellationToken)
    {
        try
        {
            using var answer = await http.GetAsync(new Uri($"{address}/health"), cancellationToken);
            return answer.StatusCode == HttpStatusCode.OK;
        }
        catch (Exception notYet) when (notYet is HttpRequestException || (notYet is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            return false;
        }
    }

    public void Dispose() => http.Dispose();
}
