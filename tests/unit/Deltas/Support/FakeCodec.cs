using System.Collections.Concurrent;
using Diffah.Engine.Content;
using Diffah.Engine.Deltas.Codecs.ZstdPatch;
using Diffah.Engine.Layers;
using Diffah.Engine.Oci;

namespace Diffah.Tests.Deltas.Support;

/// <summary>A codec whose results have the sizes a test says, and which counts what it is asked for.</summary>
/// <param name="size">The size of an encode, by baseline blob and level.</param>
internal sealed class FakeCodec(Func<Digest, int, long> size) : IPatchFrame
{
    private SpooledBlob? _target;
    private int _running;
    private int _mostRunning;

    public string Name => "fake";

    /// <summary>Every encode: the baseline blob and the level.</summary>
    public ConcurrentQueue<(Digest From, int Level, long Limit)> Encodes { get; } = new();

    /// <summary>Where true, what is decoded is damaged.</summary>
    public bool DecodesWrongly { get; init; }

    public int MostRunning => _mostRunning;

    public long EstimateMemory(long target, long baseline, PatchSettings settings) => 10;

    public long? Encode(SpooledBlob target, SpooledBlob baseline, Stream output, long limit, PatchSettings settings,
        EncodeProgress? progress, CancellationToken cancellationToken)
    {
        _mostRunning = Math.Max(_mostRunning, Interlocked.Increment(ref _running));
        Encodes.Enqueue((baseline.Digest, settings.Level, limit));
        _target = target;
        var result = size(baseline.Digest, settings.Level);
        if (result < limit)
            output.Write(new byte[result]);
        Interlocked.Decrement(ref _running);
        return result < limit ? result : null;
    }

    public Stream Decode(Stream stored, MappedFile baseline)
    {
        stored.Dispose();
        return DecodesWrongly ? new MemoryStream(new byte[_target!.Size]) : _target!.OpenRead();
    }
}
