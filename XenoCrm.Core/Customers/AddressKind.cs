namespace XenoCrm.Core.Customers;

/// <summary>A way to reach a person; of a campaign, its channel.</summary>
public enum AddressKind
{
    Email,
    Phone,
}

public static class AddressKinds
{
    /// <summary>Of an address that is known to be one.</summary>
    public static AddressKind Of(string address) => address.Contains('@', StringComparison.Ordinal) ? AddressKind.Email : AddressKind.Phone;
}
