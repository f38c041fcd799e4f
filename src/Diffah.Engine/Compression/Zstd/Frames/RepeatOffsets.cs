namespace Diffah.Engine.Compression.Zstd.Frames;

/// <summary>The three offsets that a sequence can name without saying them.</summary>
/// <param name="First">The one used last.</param>
/// <param name="Second">The one before it.</param>
/// <param name="Third">The one before that.</param>
internal record struct RepeatOffsets(uint First, uint Second, uint Third)
{
    /// <summary>Offset values above this one are offsets that are said.</summary>
    public const int Count = 3;

    /// <summary>What a frame begins with.</summary>
    public static RepeatOffsets Initial => new(1, 4, 8);

    /// <summary>The offset that a sequence means, which is the one used last from here on; 0 is none that a sequence
    /// may have.</summary>
    /// <param name="value">Its offset value; at least 1.</param>
    /// <param name="literalLength">Its bytes of literals: without any, a repeat code means the next offset.</param>
    public uint Resolve(uint value, int literalLength)
    {
        if (value > Count)
        {
            (First, Second, Third) = (value - Count, First, Second);
            return First;
        }
        switch (literalLength == 0 ? value : value - 1)
        {
            case 0:
                break;
            case 1:
                (First, Second) = (Second, First);
                break;
            case 2:
                (First, Second, Third) = (Third, First, Second);
                break;
            default:
                (First, Second, Third) = (First - 1, First, Second);
                break;
        }
        return First;
    }
}
