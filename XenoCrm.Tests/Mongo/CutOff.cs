using MongoDB.Driver.Core.Events;

namespace XenoCrm.Tests.Mongo;

/// <summary>
/// Kills a process, as far as its store is concerned, at a chosen point: before its nth command goes out, or after the
/// server has done it and before the answer is seen. From then on no command gets through.
/// </summary>
internal sealed class CutOff
{
    // How a connection is opened is the driver's affair.
    private static readonly string[] Handshake = ["hello", "isMaster", "ismaster"];

    private readonly List<string> commands = [];
    private int remaining = int.MaxValue;

    public bool Happened { get; private set; }

    /// <summary>What went out since it was armed, by name, in order.</summary>
    public IReadOnlyList<string> Commands => commands;

    /// <param name="point">1 is before the first command, 2 after it, 3 before the second …</param>
    public void Arm(int point)
    {
        commands.Clear();
        (remaining, Happened) = (point, false);
    }

    public void OnEvent(object @event)
    {
        var started = (@event as CommandStartedEvent?)?.CommandName;
        if (Handshake.Contains(started ?? ((CommandSucceededEvent)@event).CommandName))
        {
            return;
        }

        lock (commands)
        {
            if (!Happened && started is not null)
            {
                commands.Add(started);
            }

            Happened |= --remaining <= 0;
            if (Happened)
            {
                throw new CutOffException();
            }
        }
    }
}

internal sealed class CutOffException() : Exception("The process was cut off here.");
