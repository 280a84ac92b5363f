using System.Diagnostics;
using Microsoft.AspNetCore.Mvc;
using XenoCrm.Api.Http;

namespace XenoCrm.Api.Pages.Shell;

/// <summary>An error of a page as a page: the same words as the API's ProblemDetails, for a person.</summary>
internal sealed class ErrorPageWriter : IProblemDetailsWriter
{
    public bool CanWrite(ProblemDetailsContext context) => PageRoute.IsAsked(context.HttpContext);

    public async ValueTask WriteAsync(ProblemDetailsContext context)
    {
        var problem = context.ProblemDetails;
        var status = problem.Status ?? context.HttpContext.Response.StatusCode;
        var trace = Activity.Current?.TraceId.ToString() ?? context.HttpContext.TraceIdentifier;
        var page = Show.Page<ErrorPage, ErrorModel>(new ErrorModel(status, Words(status, problem), trace), status);
        await page.ExecuteAsync(context.HttpContext);
    }

    private static (string Title, string Text) Words(int status, ProblemDetails problem) => status switch
    {
        StatusCodes.Status403Forbidden => ("You are not allowed to do this", problem.Detail
            ?? "Your role does not allow it. An admin can change it under Settings."),
        StatusCodes.Status404NotFound => ("There is nothing here", problem.Detail
            ?? "The address is wrong, or what it led to has been removed."),
        StatusCodes.Status429TooManyRequests => ("Too fast", "That was a lot of requests at once. Wait a moment and load the page again."),
        StatusCodes.Status503ServiceUnavailable => ("The data cannot be reached now",
            "Nothing is lost. Load the page again in a few seconds; an operator sees the reason on the dashboard."),
        >= 500 => ("Something went wrong on our side",
            "Nothing was half done. Load the page again, and tell an operator the number below."),
        StatusCodes.Status400BadRequest => ("That request has a mistake in it", Errors(problem)),
        StatusCodes.Status409Conflict => ("It has changed in the meantime", Errors(problem)),
        _ => (problem.Title ?? "That did not work", Errors(problem)),
    };

    private static string Errors(ProblemDetails problem) => problem is HttpValidationProblemDetails { Errors: { Count: > 0 } errors }
        ? string.Join(' ', errors.SelectMany(error => error.Value))
        : problem.Detail ?? "Go back and try it in another way.";
}

/// <param name="Status">HTTP's.</param>
/// <param name="Words">What happened, and what to do.</param>
/// <param name="TraceId">By which an operator finds it.</param>
public sealed record ErrorModel(int Status, (string Title, string Text) Words, string TraceId);
