using System.Globalization;

namespace XenoCrm.Core.Text;

/// <summary>A count with its noun: <c>1 order</c>, <c>1,200 orders</c>.</summary>
public static class Plural
{
    public static string Of(long count, string one) =>
        string.Create(CultureInfo.InvariantCulture, $"{count:N0} {one}{(count == 1 ? "" : "s")}");
}
