using Diffah.Engine.Compression.Gzip.Deflate;

namespace Diffah.Engine.Compression.Gzip.Encoders;

/// <summary>
/// An encoder whose decisions can't be put right one by one: it is run as a whole, segment by segment. A segment whose
/// bits are not those of the stream is told by tokens instead.
/// </summary>
internal abstract class SegmentEncoder : IDisposable
{
    /// <summary>The bytes of content that a segment has; only the last has fewer.</summary>
    public abstract int SegmentLength { get; }

    /// <summary>How many bytes before a segment are looked at.</summary>
    public abstract int HistoryLength { get; }

    /// <summary>A segment needs only its history, so segments are made in any order, by many workers. Otherwise they
    /// are made in their order, from the first, by one.</summary>
    public abstract bool IsIndependent { get; }

    /// <summary>Forgets all segments: what comes next is the first of a stream.</summary>
    public abstract void Reset();

    /// <summary>Writes the blocks of a segment, behind whatever bits the output has. The last segment (it may be empty,
    /// where the content is) writes what the encoder does to finish the deflate stream.</summary>
    /// <param name="content">The history, as much as there is up to <see cref="HistoryLength"/>, and the segment.
    /// </param>
    /// <param name="start">Where in <paramref name="content"/> the segment begins.</param>
    /// <param name="isLast">Nothing follows.</param>
    /// <param name="output">Takes the bits; grows.</param>
    public abstract void Encode(ReadOnlySpan<byte> content, int start, bool isLast, BitWriter output);

    /// <summary>Writes the blocks of a segment whose content, and history, is in a window.</summary>
    public void Encode(ContentWindow window, long start, long end, bool isLast, BitWriter output)
    {
        var at = (int)(start - window.Origin);
        var history = Math.Min(at, HistoryLength);
        Encode(
            window.Buffer.AsSpan(at - history, history + (int)(end - start)), history, isLast, output);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Dispose(true);
        GC.SuppressFinalize(this);
    }

    /// <summary>Gives rented memory back.</summary>
    protected virtual void Dispose(bool disposing)
    {
    }
}
