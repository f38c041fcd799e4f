using System.Runtime.CompilerServices;

namespace Diffah.Engine.Compression.Zstd.Go;

/// <summary>The last three offsets of a block.</summary>
internal struct RepeatedOffsets
{
    /// <summary>The last.</summary>
    public int First;

    /// <summary>The one before.</summary>
    public int Second;

    /// <summary>The third last.</summary>
    public int Third;

    /// <summary>A match uses an offset.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Use(in PricedMatch match)
    {
        switch (match.Repeat)
        {
            case 1:
                break;
            case 2 or (PricedMatch.BehindMatch | 1):
                (First, Second) = (Second, First);
                break;
            case 3 or (PricedMatch.BehindMatch | 2):
                (First, Second, Third) = (Third, First, Second);
                break;
            case PricedMatch.BehindMatch | 3:
                (First, Second, Third) = (First - 1, First, Second);
                break;
            default:
                (First, Second, Third) = (match.Place - match.Source, First, Second);
                break;
        }
    }
}
