using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Http.HttpResults;
using XenoCrm.VendorSimulator.Http;

namespace XenoCrm.VendorSimulator.Faults;

internal static class FaultEndpoints
{
    // A misspelt switch would be a fault that never happens: refused.
    private static readonly JsonSerializerOptions Strict = new(JsonSerializerDefaults.Web)
    {
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        RespectNullableAnnotations = true,
    };

    public static IEndpointRouteBuilder MapFaults(this IEndpointRouteBuilder vendor)
    {
        vendor.MapGet("/faults", Read).WithName("ReadFaults").WithSummary("Which faults are switched on.");
        vendor.MapPut("/faults", SwitchAsync).Accepts<FaultOptions>("application/json")
            .WithName("SwitchFaults").WithSummary("Switches faults on and off, until the next start; what is not named is off.");
        return vendor;
    }

    private static Ok<FaultOptions> Read(FaultSwitches faults) => TypedResults.Ok(faults.Current);

    private static async Task<Results<Ok<FaultOptions>, ValidationProblem>> SwitchAsync(
        HttpRequest request, FaultSwitches faults, CancellationToken cancellationToken)
    {
        var (asked, problem) = await JsonBody.ReadAsync<FaultOptions>(request, Strict, cancellationToken);
        if (asked is null)
        {
            return problem!;
        }

        var errors = asked.Errors().ToLookup(error => error.Field, error => error.Message);
        if (errors.Count > 0)
        {
            return TypedResults.ValidationProblem(errors.ToDictionary(field => field.Key, field => field.ToArray()));
        }

        faults.Current = asked;
        return TypedResults.Ok(asked);
    }
}
