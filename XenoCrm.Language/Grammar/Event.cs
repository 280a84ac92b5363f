namespace XenoCrm.Language.Grammar;

/// <summary>What can have a date.</summary>
internal enum Event
{
    Order,
    LastOrder,
    FirstOrder,
    Join,
    New,
    Active,
    Inactive,
}
