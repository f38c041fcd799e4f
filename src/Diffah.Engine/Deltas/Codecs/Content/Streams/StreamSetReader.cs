using Diffah.Engine.Compression;
using Diffah.Engine.Compression.Mixing;

namespace Diffah.Engine.Deltas.Codecs.Content.Streams;

/// <summary>The streams of a content patch, each read once, from its beginning to its end.</summary>
internal sealed class StreamSetReader : IDisposable
{
    // What the decoders of all streams may take together: each has a window, and none is longer than its stream.
    private const long MostWindows = 512L * 1024 * 1024;

    private readonly IPatchBytes _patch;
    private readonly Dictionary<StreamKey, (StoredStream Stream, long Offset)> _streams = [];
    private readonly Dictionary<StreamKey, StreamCursor> _opened = [];
    private readonly Dictionary<StreamKey, Stream> _readElsewhere = [];

    /// <param name="patch">The patch; not owned.</param>
    /// <param name="streams">Its directory.</param>
    /// <param name="offset">Where the first stream begins.</param>
    /// <exception cref="InvalidDataException">The streams are not what the patch holds.</exception>
    public StreamSetReader(IPatchBytes patch, IReadOnlyList<StoredStream> streams, long offset)
    {
        _patch = patch;
        if (streams.Sum(s => Math.Min(s.Length, 1L << StreamCodings.LongestWindowLog)) > MostWindows)
            throw StreamCursor.Invalid("has more streams than can be read at a time");
        foreach (var stream in streams)
        {
            _streams.Add(stream.Key, (stream, offset));
            if (stream.StoredLength > patch.Length - offset)
                throw StreamCursor.Invalid("is cut short");
            offset += stream.StoredLength;
        }
        if (offset != patch.Length)
            throw StreamCursor.Invalid("has bytes behind its streams");
    }

    /// <summary>A stream, opened where it is first asked for; one that is not stored has no bytes.</summary>
    /// <param name="key">Its name.</param>
    public StreamCursor this[StreamKey key]
    {
        get
        {
            lock (_opened)
            {
                if (!_opened.TryGetValue(key, out var cursor))
                    _opened[key] = cursor = Open(key);
                return cursor;
            }
        }
    }

    /// <summary>Whether the patch is one whose classes may be coded by models.</summary>
    public bool HasModels { get; init; }

    /// <summary>Whether a stream is coded by a model.</summary>
    /// <param name="key">Its name.</param>
    public bool IsModelled(StreamKey key) =>
        _streams.TryGetValue(key, out var found) && found.Stream.Coding == StreamCoding.Modelled;

    /// <summary>The bytes of a stream that somebody else reads, who also sees that it is read to its end.</summary>
    /// <param name="key">Its name.</param>
    public Stream OpenStream(StreamKey key)
    {
        var stream = OpenBytes(key, out _);
        lock (_opened)
            _readElsewhere.Add(key, stream);
        return stream;
    }

    /// <summary>Checks that all streams were read to their ends.</summary>
    /// <exception cref="InvalidDataException">One was not.</exception>
    public void RequireEnd()
    {
        foreach (var key in _streams.Keys.Where(k => !_readElsewhere.ContainsKey(k)))
            this[key].RequireEnd();
    }

    public void Dispose()
    {
        foreach (var stream in _readElsewhere.Values)
            stream.Dispose();
        foreach (var cursor in _opened.Values)
            cursor.Dispose();
    }

    private StreamCursor Open(StreamKey key)
    {
        var bytes = OpenBytes(key, out var length);
        return new StreamCursor(bytes, length);
    }

    private Stream OpenBytes(StreamKey key, out long length)
    {
        length = 0;
        if (!_streams.TryGetValue(key, out var found))
            return Stream.Null;
        var (stream, offset) = found;
        length = stream.Length;
        var stored = _patch.Open(offset, stream.StoredLength);
        return stream.Coding switch
        {
            StreamCoding.Zstd => new ZstdDecompressionStream(stored, new StoredContent(
                "a stream of the content patch", stream.StoredLength,
                new DecompressionBounds(stream.Length)), StreamCodings.LongestWindowLog),
            StreamCoding.Mixed => new MixedByteStream(stored, stream.Length),
            _ => stored,
        };
    }
}
