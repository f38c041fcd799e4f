namespace Diffah.Tests.Support.SecondReader;

/// <summary>The head of a content patch, and its streams (content-patch.md, "The patch").</summary>
internal sealed class PatchStreams
{
    private const int Most = 1024;
    private const int LargestWindow = 16 << 20;

    private readonly Dictionary<(int Kind, int Group), PatchCursor> _streams = [];

    private PatchStreams(long length, long[] sources) => (Length, Sources) = (length, sources);

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
        if (!input.Take(4).AsSpan().SequenceEqual("DfC1"u8))
            throw new InvalidDataException("the magic is another one");
        var length = (long)input.Number();
        var sources = Enumerable.Range(0, input.Count(Most)).Select(_ => (long)input.Number()).ToArray();
        var streams = new PatchStreams(length, sources);
        var heads = Enumerable.Range(0, input.Count(Most)).Select(
            _ => (Key: (Kind: (int)input.Byte(), Group: (int)input.Byte()), Coding: input.Byte(),
                Length: (long)input.Number(), Stored: (long)input.Number())).ToArray();
        Require(heads.Select(h => h.Key).Distinct().Order().SequenceEqual(heads.Select(h => h.Key)), "order");
        Require(heads.Sum(h => Math.Min(h.Length, LargestWindow)) <= 512 << 20, "lengths together");
        foreach (var head in heads)
        {
            Require(head.Key is { Kind: <= 14, Group: < 64 } && head.Coding <= 1, "kind, group or coding");
            Require(head.Coding == 0 ? head.Length == head.Stored : head.Stored <= head.Length, "stored length");
            var stored = input.Take(head.Stored);
            var content = head.Coding == 0 ? stored : Decompress(stored, head.Length);
            streams._streams[head.Key] = new PatchCursor(content);
        }
        Require(input.Left == 0, "something behind the streams");
        return streams;
    }

    /// <summary>All streams have to be read to their ends.</summary>
    public void RequireEnds()
    {
        foreach (var ((kind, group), stream) in _streams)
            Require(stream.Left == 0, $"{stream.Left} bytes left of stream {kind}, {group}");
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
