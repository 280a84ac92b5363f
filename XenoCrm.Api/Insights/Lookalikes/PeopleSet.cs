using System.Numerics;

namespace XenoCrm.Api.Insights.Lookalikes;

/// <summary>Some of the people of a sample, by their places in it, a bit each.</summary>
internal sealed class PeopleSet
{
    private const int BitsInWord = 64;

    private readonly ulong[] words;

    private PeopleSet(ulong[] words) => this.words = words;

    public static PeopleSet Nobody(int people) => new(new ulong[(people + BitsInWord - 1) / BitsInWord]);

    public static PeopleSet Of(int people, Func<int, bool> holds)
    {
        var set = Nobody(people);
        for (var place = 0; place < people; place++)
        {
            if (holds(place))
            {
                set.words[place / BitsInWord] |= 1UL << (place % BitsInWord);
            }
        }

        return set;
    }

    public bool Contains(int place) => (words[place / BitsInWord] >> (place % BitsInWord) & 1) != 0;

    public PeopleSet And(PeopleSet other) => new([.. words.Zip(other.words, (a, b) => a & b)]);

    public PeopleSet Or(PeopleSet other) => new([.. words.Zip(other.words, (a, b) => a | b)]);

    public int Count() => CountBoth(this);

    /// <summary>How many are in both.</summary>
    public int CountBoth(PeopleSet other)
    {
        var count = 0;
        for (var i = 0; i < words.Length; i++)
        {
            count += BitOperations.PopCount(words[i] & other.words[i]);
        }

        return count;
    }

    /// <summary>How many of <paramref name="among"/> are in <paramref name="or"/>, or in both this and <paramref name="and"/>.</summary>
    public int CountJoined(PeopleSet and, PeopleSet or, PeopleSet among)
    {
        var count = 0;
        for (var i = 0; i < words.Length; i++)
        {
            count += BitOperations.PopCount(((words[i] & and.words[i]) | or.words[i]) & among.words[i]);
        }

        return count;
    }
}
