namespace XenoCrm.Core.Customers;

/// <summary>A way to reach a person; of a campaign, its channel.</summary>
public enum AddressKind
{
    Email,
    Phone,
}
