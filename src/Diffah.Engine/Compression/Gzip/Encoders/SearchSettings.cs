namespace Diffah.Engine.Compression.Gzip.Encoders;

/// <summary>What a level of an encoder of zlib's kind says of its search.</summary>
/// <param name="Good">A match of this length makes the next search shorter.</param>
/// <param name="Lazy">A match of this length is taken without looking for a better one; without lazy matching, up to
/// this length the inside of a match is made findable.</param>
/// <param name="Nice">A match of this length ends the search.</param>
/// <param name="Chain">How many candidates are tried.</param>
internal readonly record struct SearchSettings(int Good, int Lazy, int Nice, int Chain)
{
    /// <summary>zlib's and GNU gzip's, from level 1 on.</summary>
    public static SearchSettings Zlib(int level) => level switch
    {
        1 => new(4, 4, 8, 4),
        2 => new(4, 5, 16, 8),
        3 => new(4, 6, 32, 32),
        4 => new(4, 4, 16, 16),
        5 => new(8, 16, 32, 32),
        6 => new(8, 16, 128, 128),
        7 => new(8, 32, 128, 256),
        8 => new(32, 128, 258, 1024),
        9 => new(32, 258, 258, 4096),
        _ => throw new ArgumentOutOfRangeException(nameof(level)),
    };

    /// <summary>Go's, from level 2 on. Its searches begin below any good length.</summary>
    public static SearchSettings Go(int level) => level switch
    {
        2 => new(int.MaxValue, 5, 16, 8),
        3 => new(int.MaxValue, 6, 32, 32),
        4 => new(int.MaxValue, 4, 16, 16),
        5 => new(int.MaxValue, 16, 32, 32),
        6 => new(int.MaxValue, 16, 128, 128),
        7 => new(int.MaxValue, 32, 128, 256),
        8 => new(int.MaxValue, 128, 258, 1024),
        9 => new(int.MaxValue, 258, 258, 4096),
        _ => throw new ArgumentOutOfRangeException(nameof(level)),
    };
}
