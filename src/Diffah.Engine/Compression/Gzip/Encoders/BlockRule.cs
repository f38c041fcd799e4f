using Diffah.Engine.Compression.Gzip.Deflate;

namespace Diffah.Engine.Compression.Gzip.Encoders;

/// <summary>The part of an encoder that ends blocks and chooses how they are written.</summary>
internal abstract class BlockRule
{
    /// <summary>How many more tokens a block has at the least, beside for the end of the content or of a
    /// segment. Never 0.</summary>
    public abstract int TokensToCheck(int tokens);

    /// <summary>Whether a block ends where it now does.</summary>
    /// <param name="block">The block so far.</param>
    /// <param name="limit">Where the content, or the segment, ends, if that is known; otherwise a place further
    /// on.</param>
    public abstract bool EndsAt(BlockStatistics block, long limit);

    /// <summary>Where in the content the block ends at the earliest, as far as that depends on the content: behind
    /// where it now does, unless it should have ended.</summary>
    public virtual long NextEnd(BlockStatistics block, long limit) => limit;

    /// <summary>How a block is written, where that is known before its tokens are.</summary>
    /// <param name="start">Where in the content it begins.</param>
    /// <param name="limit">As for <see cref="EndsAt"/>.</param>
    public virtual BlockShape? Foretell(long start, long limit) => null;

    /// <summary>Chooses how a block is written.</summary>
    /// <param name="block">The block.</param>
    /// <param name="place">Where it stands.</param>
    /// <param name="header">Takes the header where it is dynamic.</param>
    public abstract BlockShape Decide(BlockStatistics block, in BlockPlace place, DynamicHeader header);

    /// <summary>A block begins.</summary>
    /// <param name="start">Where in the content.</param>
    /// <param name="startBit">Where in the stream.</param>
    /// <returns>Where a segment begins here, of which the encoder makes a stream of its own; null otherwise.</returns>
    public virtual Segment? Begin(long start, long startBit) => null;

    /// <summary>The block that was begun is what it is for the one before it.</summary>
    public virtual bool DependsOnBlockBefore => false;

    /// <summary>The encoder makes a stream of its own of each part of the content.</summary>
    public virtual bool HasSegments => false;
}

/// <summary>A part of the content that is encoded for itself.</summary>
/// <param name="Dictionary">How many bytes before it are looked at.</param>
/// <param name="Length">How long it is, unless the content ends before.</param>
/// <param name="Continues">The encoder goes on with what it knows, rather than with a dictionary.</param>
internal readonly record struct Segment(int Dictionary, int Length, bool Continues = false);

/// <summary>How a block is written.</summary>
/// <param name="Type">Its codes.</param>
/// <param name="IsFinal">Nothing follows.</param>
internal readonly record struct BlockShape(BlockType Type, bool IsFinal);

/// <summary>Where a block stands.</summary>
/// <param name="Limit">Where the content, or the segment, ends.</param>
/// <param name="IsContentEnd">It is the content.</param>
/// <param name="WindowBase">Where in the content the encoder's window began when the block ended.</param>
/// <param name="StartBit">The bit of the stream that the block begins at.</param>
internal readonly record struct BlockPlace(long Limit, bool IsContentEnd, long WindowBase, long StartBit);
