using System.Text;

namespace Diffah.Tests.Support.SecondReader;

/// <summary>The head of a content patch, and its streams (content-patch.md, "The patch").</summary>
internal sealed class PatchStreams
{
    private const int Most = 1024;
    private const int LargestWindow = 16 << 20;
    private const int Zstd = 1;
    private const int Mixed = 2;
    private const int Modelled = 3;

    private readonly Dictionary<(int Kind, int Group), PatchCursor> _streams = [];

    private readonly HashSet<(int Kind, int Group)> _modelled = [];

    private PatchStreams(bool hasModels, long length, long[] sources) =>
        (HasModels, Length, Sources) = (hasModels, length, sources);

    /// <summary>Whether it is a patch of files-cm.</summary>
    public bool HasModels { get; }

    public long Length { get; }

    public IReadOnlyList<long> Sources { get; }

    /// <summary>A stream; one that is not listed has no bytes.</summary>
    public PatchCursor this[int kind, int group]
    {
        get
        {
            if (!_streams.TryGetValue((kind, group), out var stream))
                _streams[(kind, group)] = stream = new PatchCursor([]);
            return stream;
        }
    }

    public static PatchStreams Read(byte[] patch)
    {
        var input = new PatchCursor(patch);
        var hasModels = Encoding.Latin1.GetString(input.Take(4)) switch
        {
            "DfC1" => false,
            "DfC2" => true,
            _ => throw new InvalidDataException("the magic is another one"),
        };
        var length = (long)input.Number();
        var sources = Enumerable.Range(0, input.Count(Most)).Select(_ => (long)input.Number()).ToArray();
        var streams = new PatchStreams(hasModels, length, sources);
        var heads = Enumerable.Range(0, input.Count(Most)).Select(
            _ => (Key: (Kind: (int)input.Byte(), Group: (int)input.Byte()), Coding: input.Byte(),
                Length: (long)input.Number(), Stored: (long)input.Number())).ToArray();
        Require(heads.Select(h => h.Key).Distinct().Order().SequenceEqual(heads.Select(h => h.Key)), "order");
        Require(heads.Sum(h => Math.Min(h.Length, LargestWindow)) <= 512 << 20, "lengths together");
        foreach (var head in heads)
        {
            Require(head.Key is { Kind: <= 14, Group: < 64 }, "kind or group");
            Require(hasModels ? MayHave(head.Key.Kind, head.Coding) : head.Coding <= Zstd, "coding");
            Require(head.Stored <= head.Length, "stored length");
            streams._streams[head.Key] = new PatchCursor(Unpack(input.Take(head.Stored), head.Coding, head.Length));
            if (head.Coding == Modelled)
                streams._modelled.Add(head.Key);
        }
        Require(input.Left == 0, "something behind the streams");
        streams.RequireModels();
        return streams;
    }

    /// <summary>Whether a model tells a stream.</summary>
    public bool IsModelled(int kind, int group) => _modelled.Contains((kind, group));

    /// <summary>All streams have to be read to their ends.</summary>
    public void RequireEnds()
    {
        foreach (var ((kind, group), stream) in _streams)
            Require(stream.Left == 0, $"{stream.Left} bytes left of stream {kind}, {group}");
    }

    private static bool MayHave(int kind, int coding) =>
        coding <= Mixed || (coding == Modelled && kind is 1 or 6 or 7);

    // A class has all models or none, and what they tell is told by nothing else.
    private void RequireModels()
    {
        foreach (var group in _modelled.Select(m => m.Group).Distinct())
        {
            Require(IsModelled(1, group) && IsModelled(6, group), "a model alone");
            Require(!_streams.Keys.Any(k => k.Group == group && k.Kind is 2 or 3 or 4 or 5 or > 10), "told twice");
        }
    }

    private static byte[] Unpack(byte[] stored, int coding, long length)
    {
        Require(coding is Zstd or Mixed || stored.Length == length, "two lengths");
        Require(coding != Mixed || length <= LargestWindow, "a mixed stream that is too long");
        return coding switch
        {
            Zstd => Decompress(stored, length),
            Mixed => MixedByteReader.Read(stored, length),
            _ => stored,
        };
    }

    private static byte[] Decompress(byte[] frame, long length)
    {
        Require(Deltas.Support.ZstdFrame.WhyNotOne(frame, out _) is null, "a stream that is not one zstd frame");
        using var zstd = new ZstdSharp.Decompressor();
        zstd.SetParameter(ZstdSharp.Unsafe.ZSTD_dParameter.ZSTD_d_windowLogMax, 24);
        var content = new byte[length];
        Require(zstd.Unwrap(frame, content) == length, "a frame of another length");
        return content;
    }

    private static void Require(bool condition, string what)
    {
        if (!condition)
            throw new InvalidDataException($"the patch breaks a rule: {what}");
    }
}
