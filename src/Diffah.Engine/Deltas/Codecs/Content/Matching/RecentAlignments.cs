using System.Runtime.CompilerServices;

namespace Diffah.Engine.Deltas.Codecs.Content.Matching;

/// <summary>The alignments used last, the newest first.</summary>
[InlineArray(Count)]
internal struct RecentAlignments
{
    public const int Count = 8;

    private int _first;

    public void Use(int alignment)
    {
        var at = 0;
        while (at < Count - 1 && this[at] != alignment)
            at++;
        for (; at > 0; at--)
            this[at] = this[at - 1];
        this[0] = alignment;
    }
}
