using Diffah.Engine.Compression.Mixing;

namespace Diffah.Engine.Deltas.Codecs.Content.Streams;

/// <summary>How the bytes of a stream are stored. The numbers are those of the format.</summary>
internal enum StreamCoding : byte
{
    /// <summary>As they are.</summary>
    Raw = 0,

    /// <summary>As one zstd frame.</summary>
    Zstd = 1,

    /// <summary>By bytes before each byte: in patches with models.</summary>
    Mixed = 2,

    /// <summary>By the models of a class: in patches with models.</summary>
    Modelled = 3,
}

/// <summary>Bounds of what is stored.</summary>
internal static class StreamCodings
{
    /// <summary>The largest window of a zstd frame, log2 bytes.</summary>
    public const int LongestWindowLog = 24;
}

/// <summary>What a content patch says of a stream.</summary>
/// <param name="Key">Its name.</param>
/// <param name="Coding">How it is stored.</param>
/// <param name="Length">Its bytes.</param>
/// <param name="StoredLength">The bytes that it takes in the patch.</param>
internal readonly record struct StoredStream(StreamKey Key, StreamCoding Coding, long Length, long StoredLength);

/// <summary>The list of a content patch's streams, in bytes.</summary>
internal static class StreamDirectory
{
    private const int MaximumStreams = StreamKey.MaximumGroups * 16;

    /// <summary>Writes the list.</summary>
    /// <param name="output">Where it goes.</param>
    /// <param name="streams">The streams, in the order in which they are stored.</param>
    public static void Write(Stream output, IReadOnlyList<StoredStream> streams)
    {
        var bytes = new NumberWriter();
        bytes.AddNumber((ulong)streams.Count);
        foreach (var stream in streams)
        {
            bytes.Add((byte)stream.Key.Kind);
            bytes.Add(stream.Key.Group);
            bytes.Add((byte)stream.Coding);
            bytes.AddNumber((ulong)stream.Length);
            bytes.AddNumber((ulong)stream.StoredLength);
        }
        output.Write(bytes.Written);
    }

    /// <summary>Reads the list; every field is checked.</summary>
    /// <param name="input">Where it begins; read to its end.</param>
    /// <param name="hasModels">Whether streams may be coded by models.</param>
    /// <exception cref="InvalidDataException">It is not valid.</exception>
    public static StoredStream[] Read(StreamCursor input, bool hasModels)
    {
        var streams = new StoredStream[(int)input.TakeNumber(MaximumStreams)];
        for (var index = 0; index < streams.Length; index++)
        {
            streams[index] = ReadOne(input, hasModels);
            if (index > 0 && streams[index - 1].Key.CompareTo(streams[index].Key) >= 0)
                throw StreamCursor.Invalid("has its streams out of order");
        }
        RequireModels(streams);
        return streams;
    }

    // A class has all of its models or none, and what they tell is told by nothing else.
    private static void RequireModels(StoredStream[] streams)
    {
        var modelled = streams.Where(s => s.Coding == StreamCoding.Modelled).Select(s => s.Key).ToHashSet();
        foreach (var group in modelled.Select(k => k.Group).ToHashSet())
        {
            if (!modelled.Contains(new StreamKey(group, StreamKind.Adds))
                || !modelled.Contains(new StreamKey(group, StreamKind.Corrections))
                || streams.Any(s => s.Key.Group == group && IsReplaced(s.Key.Kind)))
                throw StreamCursor.Invalid("has a class that models tell in part");
        }
    }

    private static bool IsReplaced(StreamKind kind) => kind is StreamKind.Inserts or StreamKind.Seeks
        or StreamKind.Jumps or StreamKind.Gaps or StreamKind.Ends or StreamKind.Rows or StreamKind.FieldGaps
        or StreamKind.FieldCorrections;

    private static StoredStream ReadOne(StreamCursor input, bool hasModels)
    {
        var (kind, group, coding) = ((StreamKind)input.Take(), input.Take(), (StreamCoding)input.Take());
        if (!Enum.IsDefined(kind) || group >= StreamKey.MaximumGroups || !IsAllowed(kind, coding, hasModels))
            throw StreamCursor.Invalid("has a stream that this build does not know");
        var length = input.TakeNumber(long.MaxValue);
        var stored = input.TakeNumber(length);
        if (coding == StreamCoding.Mixed && length > MixedBytes.MostBytes)
            throw StreamCursor.Invalid("has a stream that is too long");
        return coding is StreamCoding.Raw or StreamCoding.Modelled && stored != length
            ? throw StreamCursor.Invalid("has a stream of two lengths")
            : new StoredStream(new StreamKey(group, kind), coding, length, stored);
    }

    private static bool IsAllowed(StreamKind kind, StreamCoding coding, bool hasModels) => coding switch
    {
        StreamCoding.Raw or StreamCoding.Zstd => true,
        StreamCoding.Mixed => hasModels,
        StreamCoding.Modelled =>
            hasModels && (kind is StreamKind.Adds or StreamKind.Corrections or StreamKind.Literals),
        _ => false,
    };
}
