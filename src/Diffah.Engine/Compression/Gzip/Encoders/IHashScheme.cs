namespace Diffah.Engine.Compression.Gzip.Encoders;

/// <summary>
/// How an encoder finds candidates, and which of them it takes. Implemented by structures without state, so that a
/// matcher is compiled for each of them.
/// </summary>
internal interface IHashScheme
{
    static abstract int TableBits { get; }

    /// <summary>The bytes that are hashed.</summary>
    static abstract int HashLength { get; }

    static abstract int MinimumMatch { get; }

    /// <summary>How far away a search takes the shortest match.</summary>
    static abstract int FarthestShortest { get; }

    static abstract int Hash(ref byte at);

    /// <summary>Whether the window moves before the encoder looks at a position.</summary>
    static abstract bool Slides(int position, int windowBase, int limit);

    /// <summary>The best match at a position; 0 where there is none.</summary>
    /// <param name="search">Where to look.</param>
    /// <param name="position">The position.</param>
    /// <param name="length">A match must be longer.</param>
    static abstract uint Find<TLinks>(in SearchSpace search, int position, int length)
        where TLinks : struct, IChainLinks;
}
