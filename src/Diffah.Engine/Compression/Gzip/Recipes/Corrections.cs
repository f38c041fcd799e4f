namespace Diffah.Engine.Compression.Gzip.Recipes;

/// <summary>
/// Where a stream differs from what its encoder would have made. Each kind of thing is in a stream of its own, since
/// like compresses well beside like.
/// </summary>
internal sealed class Corrections
{
    public const int StreamCount = 7;

    private readonly ReadOnlyMemory<byte>[] _streams;

    public Corrections(params ReadOnlyMemory<byte>[] streams) => _streams = streams;

    public static Corrections None { get; } = new(new ReadOnlyMemory<byte>[StreamCount]);

    /// <summary>Right tokens before each correction of a token.</summary>
    public ReadOnlyMemory<byte> Gap => _streams[0];

    /// <summary>What the real token is: 0 a literal; otherwise 1, and 1 more for the distance that was predicted, and 2
    /// more for the length.</summary>
    public ReadOnlyMemory<byte> Kind => _streams[1];

    /// <summary>The lengths, less 3.</summary>
    public ReadOnlyMemory<byte> Lengths => _streams[2];

    /// <summary>The distances, less 1: the lower byte.</summary>
    public ReadOnlyMemory<byte> LowDistances => _streams[3];

    /// <summary>The upper byte.</summary>
    public ReadOnlyMemory<byte> HighDistances => _streams[4];

    /// <summary>Right blocks before each correction of a block, what is wrong (<see cref="BlockFlags"/>), and what is
    /// right.</summary>
    public ReadOnlyMemory<byte> Blocks => _streams[5];

    /// <summary>Headers of blocks, word for word.</summary>
    public ReadOnlyMemory<byte> Headers => _streams[6];

    public IReadOnlyList<ReadOnlyMemory<byte>> Streams => _streams;

    public long Length => _streams.Sum(s => (long)s.Length);
}

/// <summary>What the correction of a block says.</summary>
[Flags]
internal enum BlockFlags : byte
{
    None = 0,

    /// <summary>How many tokens it has.</summary>
    Tokens = 1,

    /// <summary>Its type, and whether it is the final one.</summary>
    Shape = 2,

    /// <summary>Its header.</summary>
    Header = 4,

    /// <summary>How many bytes it has; it is stored.</summary>
    Bytes = 8,
}
