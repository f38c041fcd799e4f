using System.Buffers;
using Diffah.Engine.Compression;
using Diffah.Engine.Content;
using Diffah.Engine.Layers;
using Diffah.Libraries.Zstd;

namespace Diffah.Engine.Deltas.Codecs.ZstdPatch;

/// <summary>
/// <c>zstd-patch</c>: one zstd frame with the baseline blob as raw-content prefix, long-distance matching on
/// (what <c>zstd --patch-from</c> writes).
/// </summary>
internal sealed class ZstdPatchFrame : IPatchFrame
{
    // Small enough that a slow level answers a cancellation and the limit within a fraction of a second.
    private const int ChunkSize = 128 * 1024;

    private ZstdPatchFrame()
    {
    }

    public static ZstdPatchFrame Instance { get; } = new();

    public string Name => "zstd-patch";

    public long EstimateMemory(long target, long baseline, PatchSettings settings)
    {
        var log = WindowLog(target, settings);
        return Math.Max(2L << log, ZstdLibrary.EstimateMemory(settings.Level, log, target, baseline));
    }

    public long? Encode(SpooledBlob target, SpooledBlob baseline, Stream output, long limit, PatchSettings settings,
        EncodeProgress? progress, CancellationToken cancellationToken)
    {
        using var prefix = baseline.Map();
        using var source = target.OpenRead();
        using var counted = new LimitedWriteStream(output, limit);
        using var zstd = new ZstdCompressionStream(counted,
            new ZstdSettings(settings.Level, WindowLog(target.Size, settings), LongDistanceMatching: true,
                ContentSize: target.Size), prefix.Buffer, prefix.Length);
        var chunk = ArrayPool<byte>.Shared.Rent(ChunkSize);
        try
        {
            int read;
            for (var isFirst = true; (read = source.Read(chunk, 0, ChunkSize)) > 0; isFirst = false)
            {
                cancellationToken.ThrowIfCancellationRequested();
                if (isFirst)
                    WriteFirst(zstd, chunk.AsSpan(0, read), prefix.Length, target.Size, progress);
                else
                    zstd.Write(chunk.AsSpan(0, read));
                progress?.Encoded(read);
                if (counted.LimitReached)
                    return null;
            }
            zstd.Finish();
            return counted.LimitReached ? null : counted.Written;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(chunk);
        }
    }

    /// <summary>
    /// The first write indexes the whole prefix before it takes a byte. At a slow level that is one call of minutes,
    /// which can't be cut in steps, so another thread looks how far it is.
    /// </summary>
    private static void WriteFirst(
        ZstdCompressionStream zstd, ReadOnlySpan<byte> chunk, long prefix, long target, EncodeProgress? progress)
    {
        using (IndexingWatch.Begin(zstd, prefix, progress))
            zstd.Write(chunk);
        progress?.BeginEncoding(target);
    }

    public Stream Decode(Stream stored, MappedFile baseline) =>
        new ZstdDecompressionStream(stored, baseline.Buffer, baseline.Length);

    /// <summary>The format's rule for auto: up to 128 MiB 27, up to 1 GiB 30, more 31.</summary>
    private static int WindowLog(long target, PatchSettings settings) => settings.WindowLog ?? target switch
    {
        <= 128L << 20 => 27,
        <= 1L << 30 => 30,
        _ => 31,
    };
}
