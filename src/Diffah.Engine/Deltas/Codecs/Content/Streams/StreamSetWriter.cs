using System.Numerics;
using Diffah.Engine.Compression;
using Diffah.Engine.Compression.Mixing;
using Diffah.Engine.Content;

namespace Diffah.Engine.Deltas.Codecs.Content.Streams;

/// <summary>The streams of a content patch while it is made.</summary>
/// <param name="work">Where their bytes wait.</param>
internal sealed class StreamSetWriter(WorkDirectory work) : IDisposable
{
    private readonly SortedDictionary<StreamKey, StreamDraft> _streams = [];
    private readonly HashSet<StreamKey> _modelled = [];

    /// <summary>Whether streams are coded by the bytes before each byte, where that takes less.</summary>
    public bool IsMixed { get; init; }

    /// <summary>A stream; made where it is not there yet. Streams without bytes are not stored.</summary>
    /// <param name="key">Its name.</param>
    public StreamDraft this[StreamKey key]
    {
        get
        {
            if (!_streams.TryGetValue(key, out var stream))
                _streams[key] = stream = new StreamDraft(work);
            return stream;
        }
    }

    /// <summary>How long the streams of a group are, by their kinds.</summary>
    /// <param name="group">The group.</param>
    /// <param name="lengths">Takes the lengths.</param>
    public void ReadLengths(byte group, Span<long> lengths)
    {
        for (var kind = 0; kind < lengths.Length; kind++)
            lengths[kind] = _streams.GetValueOrDefault(new StreamKey(group, (StreamKind)kind))?.Length ?? 0;
    }

    /// <summary>How many bytes a stream has.</summary>
    /// <param name="key">Its name.</param>
    public long LengthOf(StreamKey key) => _streams.GetValueOrDefault(key)?.Length ?? 0;

    /// <summary>Reads a stream. Nothing may be added to it afterwards.</summary>
    /// <param name="key">Its name.</param>
    public StreamCursor Open(StreamKey key) => _streams.TryGetValue(key, out var stream)
        ? new StreamCursor(stream.OpenRead(), stream.Length)
        : new StreamCursor(Stream.Null, 0);

    /// <summary>Takes a stream away.</summary>
    /// <param name="key">Its name.</param>
    public void Remove(StreamKey key)
    {
        if (_streams.Remove(key, out var stream))
            stream.Dispose();
    }

    /// <summary>Adds a stream that a model has coded.</summary>
    /// <param name="key">Its name.</param>
    /// <param name="stream">The stream; owned from here on.</param>
    public void AddModelled(StreamKey key, StreamDraft stream)
    {
        _streams.Add(key, stream);
        _modelled.Add(key);
    }

    /// <summary>Writes a directory of the streams, then the streams.</summary>
    /// <param name="output">Where they go; not owned.</param>
    /// <param name="workers">How many are compressed at the same time.</param>
    /// <param name="cancellationToken">Stops the writing.</param>
    /// <returns>What each stream takes.</returns>
    public IReadOnlyList<StoredStream> WriteTo(Stream output, int workers, CancellationToken cancellationToken)
    {
        var drafts = _streams.Where(s => s.Value.Length > 0).ToArray();
        var packed = new PackedStream?[drafts.Length];
        try
        {
            Pack(drafts, packed, workers, cancellationToken);
            return Write(drafts, packed, output, cancellationToken);
        }
        finally
        {
            foreach (var stream in packed)
                stream?.Dispose();
        }
    }

    private void Pack(
        KeyValuePair<StreamKey, StreamDraft>[] drafts, PackedStream?[] packed, int workers,
        CancellationToken cancellationToken)
    {
        // The longest first, so that the longest work does not begin last; the result is the same in any order.
        var order = Enumerable.Range(0, drafts.Length).OrderByDescending(i => drafts[i].Value.Length).ToArray();
        ParallelWork.For(
            order.Length, workers,
            (place, stop) => packed[order[place]] = Pack(drafts[order[place]].Key, stop),
            cancellationToken);
    }

    private PackedStream Pack(StreamKey key, CancellationToken cancellationToken)
    {
        var stream = _streams[key];
        return _modelled.Contains(key)
            ? PackedStream.Modelled(stream)
            : PackedStream.Of(stream, work, IsMixed && stream.Length <= MixedBytes.MostBytes, cancellationToken);
    }

    private static StoredStream[] Write(
        KeyValuePair<StreamKey, StreamDraft>[] drafts, PackedStream?[] packed, Stream output,
        CancellationToken cancellationToken)
    {
        var stored = drafts.Select((draft, index) => new StoredStream(
            draft.Key, packed[index]!.Coding, draft.Value.Length, packed[index]!.Length)).ToArray();
        StreamDirectory.Write(output, stored);
        foreach (var stream in packed)
        {
            cancellationToken.ThrowIfCancellationRequested();
            using (var bytes = stream!.OpenRead())
                bytes.CopyTo(output);
            stream.Dispose();
        }
        return stored;
    }

    public void Dispose()
    {
        foreach (var stream in _streams.Values)
            stream.Dispose();
    }
}

/// <summary>The bytes of a stream as they are stored.</summary>
internal sealed class PackedStream : IDisposable
{
    // Long streams are mostly what is compressed already, or new: the level costs time there and gains little.
    private const long MostAtBestLevel = 64L * 1024 * 1024;
    private const int BestLevel = 19;
    private const int LongLevel = 12;

    private readonly StreamDraft _bytes;

    private PackedStream(StreamDraft bytes, StreamCoding coding) => (_bytes, Coding) = (bytes, coding);

    public StreamCoding Coding { get; }

    public long Length => _bytes.Length;

    /// <summary>A stream that a model has coded.</summary>
    public static PackedStream Modelled(StreamDraft draft) => new(draft, StreamCoding.Modelled);

    public static PackedStream Of(
        StreamDraft draft, WorkDirectory work, bool isMixed, CancellationToken cancellationToken)
    {
        var packed = new StreamDraft(work);
        try
        {
            using (var raw = draft.OpenRead())
            {
                if (isMixed)
                    MixedBytes.Write(raw, new DraftStream(packed), cancellationToken);
                else
                    Compress(raw, draft.Length, packed, cancellationToken);
            }
            if (packed.Length < draft.Length)
                return new PackedStream(packed, isMixed ? StreamCoding.Mixed : StreamCoding.Zstd);
            packed.Dispose();
            return new PackedStream(draft, StreamCoding.Raw);
        }
        catch
        {
            packed.Dispose();
            throw;
        }
    }

    public Stream OpenRead() => _bytes.OpenRead();

    public void Dispose() => _bytes.Dispose();

    private static void Compress(Stream raw, long length, StreamDraft packed, CancellationToken cancellationToken)
    {
        var level = length <= MostAtBestLevel ? BestLevel : LongLevel;
        var window = Math.Clamp(BitLength(length - 1), 10, StreamCodings.LongestWindowLog);
        using var output = new DraftStream(packed);
        using var compressed = new ZstdCompressionStream(
            output, new ZstdSettings(level, window, ContentSize: length));
        var buffer = new byte[128 * 1024];
        int read;
        while ((read = raw.Read(buffer)) > 0)
        {
            cancellationToken.ThrowIfCancellationRequested();
            compressed.Write(buffer.AsSpan(0, read));
        }
        compressed.Finish();
    }

    private static int BitLength(long value) => 64 - BitOperations.LeadingZeroCount((ulong)value);
}
