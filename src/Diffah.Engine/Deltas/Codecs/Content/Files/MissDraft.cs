using Diffah.Engine.Deltas.Codecs.Content.Streams;

namespace Diffah.Engine.Deltas.Codecs.Content.Files;

/// <summary>Where predictions were wrong: how many were right between two that were not, and what those lack.</summary>
internal sealed class MissDraft
{
    /// <summary>Right ones between wrong ones, but for those before the first.</summary>
    public NumberWriter Gaps { get; } = new();

    /// <summary>What is added to wrong ones.</summary>
    public NumberWriter Corrections { get; } = new();

    /// <summary>Bytes that this takes.</summary>
    public int Count => Gaps.Count + Corrections.Count;

    /// <summary>Right ones before the first wrong one; 0 while none is wrong.</summary>
    public long FirstGap { get; private set; }

    /// <summary>Right ones since the last wrong one; all of them while none is wrong.</summary>
    public long LastGap { get; private set; }

    public void AddRight(int count) => LastGap += count;

    /// <summary>Says that the next is wrong; its correction is added by the caller, after this.</summary>
    public void AddWrong()
    {
        AddGap(0);
        LastGap = 0;
    }

    /// <summary>Adds what follows.</summary>
    /// <param name="next">It.</param>
    public void Append(MissDraft next)
    {
        if (next.Corrections.Count == 0)
        {
            LastGap += next.LastGap;
            return;
        }
        AddGap(next.FirstGap);
        Gaps.Add(next.Gaps.Written);
        Corrections.Add(next.Corrections.Written);
        LastGap = next.LastGap;
    }

    private void AddGap(long more)
    {
        if (Corrections.Count == 0)
            FirstGap = LastGap + more;
        else
            Gaps.AddNumber((ulong)(LastGap + more));
    }
}
