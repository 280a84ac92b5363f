using Microsoft.Extensions.Options;

namespace XenoCrm.Api.Ai;

/// <summary>How much one user may ask the model: so many questions within any minute.</summary>
internal sealed class ModelLimit(IOptions<OpenAIOptions> options, TimeProvider time)
{
    // Users whose last question is long ago are forgotten when so many are known.
    private const int MaxUsers = 10_000;

    private static readonly TimeSpan Window = TimeSpan.FromMinutes(1);

    private readonly Dictionary<string, Queue<long>> asked = [];
    private readonly Lock gate = new();

    /// <summary>Counts a question, if this user may ask another one now.</summary>
    public bool TryTake(string user)
    {
        lock (gate)
        {
            if (asked.Count >= MaxUsers)
            {
                foreach (var (idle, _) in asked.Where(known => known.Value.All(IsOver)).ToArray())
                {
                    asked.Remove(idle);
                }
            }

            var times = asked.TryGetValue(user, out var known) ? known : asked[user] = new Queue<long>();
            while (times.TryPeek(out var first) && IsOver(first))
            {
                times.Dequeue();
            }

            if (times.Count >= options.Value.QuestionsPerMinute)
            {
                return false;
            }

            times.Enqueue(time.GetTimestamp());
            return true;
        }
    }

    private bool IsOver(long at) => time.GetElapsedTime(at) >= Window;
}
