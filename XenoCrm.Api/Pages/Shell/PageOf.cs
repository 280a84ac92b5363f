using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Http.HttpResults;

namespace XenoCrm.Api.Pages.Shell;

/// <summary>A page and what it shows: all that it knows comes in its model.</summary>
public abstract class PageOf<TModel> : ComponentBase
{
    [Parameter, EditorRequired]
    public TModel Model { get; set; } = default!;
}

internal static class Show
{
    /// <param name="model">What the page shows.</param>
    /// <param name="status">Another than 200: a form that is shown again with what is wrong is a 400.</param>
    /// <remarks>
    /// The routes' signatures do not name the page: what the compiler makes of a .razor file, the generator of the routes' code does not
    /// see.
    /// </remarks>
    public static RazorComponentResult Page<TPage, TModel>(TModel model, int status = StatusCodes.Status200OK)
        where TPage : PageOf<TModel> =>
        new RazorComponentResult<TPage>(new Dictionary<string, object?> { [nameof(PageOf<>.Model)] = model }) { StatusCode = status };
}
