using System.Globalization;

namespace XenoCrm.AppHost.Cockpit;

#pragma warning disable ASPIREINTERACTION001 // A command's inputs are new in Aspire and may still change.

/// <summary>The vendor on the dashboard: what it has been given, and its bad days at the push of a button.</summary>
internal static class VendorCockpit
{
    private const string Fault = "fault";
    private const string Share = "share";
    private const string Kind = "kind";
    private const string Seconds = "seconds";

    /// <param name="vendor">The simulator.</param>
    /// <param name="secret">Signs what it is asked.</param>
    public static IResourceBuilder<ProjectResource> WithVendorCockpit(
        this IResourceBuilder<ProjectResource> vendor, IResourceBuilder<ParameterResource> secret)
    {
        if (!vendor.ApplicationBuilder.ExecutionContext.IsRunMode)
        {
            return vendor;
        }

        var faults = new VendorFaults(vendor, secret.Resource, TimeProvider.System);
        return vendor
            .WithIconName("BuildingBank")
            .WithUrlForEndpoint("http", url => (url.DisplayText, url.Url) = ("Ledger", "/vendor/messages"))
            .WithUrlForEndpoint("http", _ => new() { DisplayText = "Faults", Url = "/vendor/faults" })
            .WithUrlForEndpoint(
                "http", _ => new() { DisplayText = "Health", Url = "/health", DisplayLocation = UrlDisplayLocation.DetailsOnly })
            .WithHealthInWords()
            .WithCockpitCommand("fail", "Make it fail", context => FailAsync(faults, context), new CommandOptions
            {
                Description = "Switches one of its faults on, beside those that are on already.",
                IconName = "BugArrowCounterclockwise",
                Arguments =
                [
                    new InteractionInput
                    {
                        Name = Fault,
                        Label = "What goes wrong",
                        InputType = InputType.Choice,
                        Options = [.. VendorFaults.Effects],
                        Required = true,
                        Value = VendorFaults.Effects.First().Key,
                    },
                    new InteractionInput
                    {
                        Name = Share,
                        Label = "Share in %",
                        Description = "In how many of the cases.",
                        InputType = InputType.Number,
                        Required = true,
                        Value = "100",
                    },
                ],
            })
            .WithCockpitCommand("recover", "Let it recover", context => RecoverAsync(faults, context), new CommandOptions
            {
                Description = "Switches all of its faults off, and ends a maintenance window.",
                IconName = "HeartPulse",
            })
            .WithCockpitCommand("maintenance", "Maintenance window", context => MaintainAsync(faults, context), new CommandOptions
            {
                Description = "A bad time that ends by itself, after which its faults are as they were.",
                IconName = "Wrench",
                Arguments =
                [
                    new InteractionInput
                    {
                        Name = Kind,
                        Label = "Of what kind",
                        InputType = InputType.Choice,
                        Options = [.. VendorFaults.Windows.Select(window => KeyValuePair.Create(window.Key, window.Value.Effect))],
                        Required = true,
                        Value = VendorFaults.Windows.First().Key,
                    },
                    new InteractionInput
                    {
                        Name = Seconds,
                        Label = "Seconds",
                        Description = "How long, from 1 to 3,600.",
                        InputType = InputType.Number,
                        Required = true,
                        Value = "30",
                    },
                ],
            });
    }

    private static async Task<string> FailAsync(VendorFaults faults, ExecuteCommandContext context)
    {
        var (fault, share) = (context.Text(Fault), context.Number(Share, 1, 100));
        await faults.SwitchOnAsync(fault, share, context.CancellationToken);
        return string.Create(
            CultureInfo.InvariantCulture, $"{VendorFaults.Effects[fault]}, in {share} % of the cases, until you let it recover.");
    }

    private static async Task<string> RecoverAsync(VendorFaults faults, ExecuteCommandContext context)
    {
        await faults.SwitchOffAsync(context.CancellationToken);
        return "The vendor is well: no fault is switched on.";
    }

    private static async Task<string> MaintainAsync(VendorFaults faults, ExecuteCommandContext context)
    {
        var (window, seconds) = (VendorFaults.Windows[context.Text(Kind)], context.Number(Seconds, 1, 3_600));
        await faults.OpenWindowAsync(window.Faults, TimeSpan.FromSeconds(seconds), context.CancellationToken);
        return $"{window.Effect}, for {CockpitCommands.Count(seconds, "second")}.";
    }
}
