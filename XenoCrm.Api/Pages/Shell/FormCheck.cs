using System.ComponentModel.DataAnnotations;

namespace XenoCrm.Api.Pages.Shell;

/// <summary>A form's values against the limits that the API's request of the same has.</summary>
internal static class FormCheck
{
    /// <summary>What is wrong; none where it is as it should be.</summary>
    public static IReadOnlyList<ValidationResult> Faults(object request)
    {
        var faults = new List<ValidationResult>();
        Validator.TryValidateObject(request, new ValidationContext(request), faults, validateAllProperties: true);
        return faults;
    }
}
