using XenoCrm.Core.Customers;
using XenoCrm.Core.Segments;

namespace XenoCrm.Api.Insights.Lookalikes;

/// <summary>
/// Some members of the segment and some others, each standing for as many as it was drawn from. One half is searched, the other
/// is kept aside and tells whether what was found holds for people who were not searched.
/// </summary>
internal sealed class Sample
{
    /// <param name="members">Drawn from <paramref name="allMembers"/> customers.</param>
    /// <param name="others">Drawn from <paramref name="allOthers"/>.</param>
    /// <param name="allMembers">How many are in the segment.</param>
    /// <param name="allOthers">How many are not.</param>
    public Sample(IReadOnlyList<Customer> members, IReadOnlyList<Customer> others, long allMembers, long allOthers)
    {
        People = [.. members, .. others];
        Members = PeopleSet.Of(People.Count, place => place < members.Count);
        Others = PeopleSet.Of(People.Count, place => place >= members.Count);
        var searched = PeopleSet.Of(People.Count, place => IsSearched(People[place]));
        var kept = PeopleSet.Of(People.Count, place => !IsSearched(People[place]));
        Searched = new Half(Members.And(searched), Others.And(searched), allMembers, allOthers);
        Kept = new Half(Members.And(kept), Others.And(kept), allMembers, allOthers);
    }

    public IReadOnlyList<Customer> People { get; }

    public PeopleSet Members { get; }

    public PeopleSet Others { get; }

    public Half Searched { get; }

    public Half Kept { get; }

    // A bit of the place in the order that the sample was drawn by, which has nothing to do with that place being early.
    private static bool IsSearched(Customer customer) => (SampleOrder.Of(customer.Id) & 1) == 0;
}

/// <summary>Half of a sample, and how many customers each of its people stands for.</summary>
internal sealed class Half(PeopleSet members, PeopleSet others, long allMembers, long allOthers)
{
    public PeopleSet Members => members;

    public PeopleSet Others => others;

    public int MemberCount { get; } = members.Count();

    public int OtherCount { get; } = others.Count();

    /// <summary>How well a rule that selects so many of each describes the members.</summary>
    public Fit Fit(int membersHit, int othersHit)
    {
        var found = MemberCount == 0 ? 0 : (double)membersHit / MemberCount * allMembers;
        var further = OtherCount == 0 ? 0 : (double)othersHit / OtherCount * allOthers;
        return new Fit(
            found + further == 0 ? 0 : found / (found + further), MemberCount == 0 ? 0 : (double)membersHit / MemberCount, further);
    }
}

/// <param name="Precision">Of those whom the rule selects, the share that is in the segment.</param>
/// <param name="Recall">Of the segment, the share that the rule selects.</param>
/// <param name="Further">How many it selects who are not in the segment.</param>
internal readonly record struct Fit(double Precision, double Recall, double Further)
{
    /// <summary>The harmonic mean of both (F1), 0 to 1.</summary>
    public double Score => Precision + Recall == 0 ? 0 : 2 * Precision * Recall / (Precision + Recall);
}
