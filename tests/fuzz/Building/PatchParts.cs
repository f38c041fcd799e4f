using Diffah.Engine.Deltas.Codecs.Content;
using Diffah.Engine.Deltas.Codecs.Content.Streams;
using Diffah.Fuzz.Mutation;

namespace Diffah.Fuzz.Building;

/// <summary>A content patch taken apart: what is damaged behind the compression is seen by what reads it.</summary>
internal sealed class PatchParts
{
    private readonly HashSet<StreamKey> _modelled;

    private PatchParts(
        PatchHead head, SortedDictionary<StreamKey, byte[]> streams, IEnumerable<StreamKey> modelled) =>
        (Head, Streams, _modelled) = (head, streams, [.. modelled]);

    public PatchHead Head { get; set; }

    /// <summary>The streams, decompressed; those of models as they are stored.</summary>
    public SortedDictionary<StreamKey, byte[]> Streams { get; }

    /// <summary>Takes a whole patch apart.</summary>
    public static PatchParts Of(byte[] patch)
    {
        using var cursor = new StreamCursor(new MemoryStream(patch, writable: false), patch.Length);
        var head = PatchHead.Read(cursor);
        var directory = StreamDirectory.Read(cursor, head.HasModels);
        using var reader = new StreamSetReader(new PatchInMemory(patch), directory, patch.Length - cursor.Left);
        var streams = new SortedDictionary<StreamKey, byte[]>();
        foreach (var stream in directory)
        {
            streams[stream.Key] = new byte[stream.Length];
            reader[stream.Key].Take(streams[stream.Key]);
        }
        return new PatchParts(
            head, streams, directory.Where(s => s.Coding == StreamCoding.Modelled).Select(s => s.Key));
    }

    /// <summary>Damages some of what it says.</summary>
    public void Damage(Dice dice)
    {
        for (var times = 1 + dice.Below(3); times > 0; times--)
        {
            if (dice.OneIn(20))
                Head = Head with { Length = dice.Of(0, 1, Head.Length + 1, 1L << 20, long.MaxValue) };
            else if (Streams.Count > 0)
            {
                var key = dice.Of<StreamKey>([.. Streams.Keys]);
                if (dice.OneIn(30))
                    Streams.Remove(key);
                else
                    Streams[key] = ByteMutator.Mutate(Streams[key], dice);
            }
        }
    }

    /// <summary>Puts the patch together; streams are stored as they are here.</summary>
    public byte[] ToBytes()
    {
        using var bytes = new MemoryStream();
        Head.Write(bytes);
        StreamDirectory.Write(bytes, [.. Streams.Select(s => Stored(s.Key))]);
        foreach (var stream in Streams.Values)
            bytes.Write(stream);
        return bytes.ToArray();
    }

    /// <summary>What the directory says of a stream that is stored as it is here.</summary>
    public StoredStream Stored(StreamKey key)
    {
        var coding = _modelled.Contains(key) ? StreamCoding.Modelled : StreamCoding.Raw;
        return new StoredStream(key, coding, Streams[key].Length, Streams[key].Length);
    }
}

/// <summary>A content patch in memory.</summary>
internal sealed class PatchInMemory(byte[] bytes) : IPatchBytes
{
    public long Length => bytes.Length;

    public Stream Open(long offset, long length) =>
        new MemoryStream(bytes, (int)offset, (int)length, writable: false);
}
