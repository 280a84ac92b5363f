using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using System.Reflection;
using System.Runtime.CompilerServices;

namespace XenoCrm.Tests.Support;

/// <summary>
/// Reads the bounds of every option once, before services start side by side: <see cref="RangeAttribute"/> converts its texts at its
/// first use and without a lock, and all services of a process share it. Two at once fail with an InvalidCastException.
/// </summary>
internal static class OptionRanges
{
    [ModuleInitializer]
    internal static void Convert()
    {
        var options = Assembly.GetExecutingAssembly()
            .GetReferencedAssemblies()
            .Where(name => name.Name!.StartsWith("XenoCrm.", StringComparison.Ordinal))
            .SelectMany(name => Assembly.Load(name).GetTypes())
            .Where(type => type.Name.EndsWith("Options", StringComparison.Ordinal) && !type.IsAbstract);

        // TypeDescriptor keeps the attributes that it hands out, and the validator asks it too.
        foreach (PropertyDescriptor property in options.SelectMany(type => TypeDescriptor.GetProperties(type).Cast<PropertyDescriptor>()))
        {
            property.Attributes.OfType<RangeAttribute>().FirstOrDefault()?.IsValid(null);
        }
    }
}
