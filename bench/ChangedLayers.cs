using Diffah.Engine.Compression;
using Diffah.Engine.Content;
using Diffah.Engine.Diagnostics;
using Diffah.Engine.Images;
using Diffah.Engine.Layers;
using Diffah.Engine.Transports;

namespace Diffah.Bench;

/// <summary>
/// The layers of a target that its baseline does not have, as files for tools that know no images: each with the
/// baseline's layer at the same place, or with all of them, one behind the other, where the images have different
/// numbers of layers.
/// </summary>
internal static class ChangedLayers
{
    /// <summary>Writes them.</summary>
    /// <param name="pair">The images.</param>
    /// <param name="isPlain">Decompressed; else as they are.</param>
    /// <param name="work">Where files go.</param>
    public static async Task<List<(string From, string To)>> WriteAsync(
        ImagePair pair, bool isPlain, TemporaryFolder work)
    {
        using var spool = new WorkDirectory(work["spool"]);
        await using var baseline = await OpenAsync(pair.Baseline, spool);
        await using var target = await OpenAsync(pair.Target, spool);
        var old = (await Image.OpenAsync(baseline, pair.Platform, default)).Layers;
        var now = (await Image.OpenAsync(target, pair.Platform, default)).Layers;
        var known = old.Select(l => l.Digest).ToHashSet();
        var layers = new List<(string, string)>();
        for (var index = 0; index < now.Length; index++)
        {
            if (known.Contains(now[index].Digest))
                continue;
            IReadOnlyList<Layer> from = old.Length == now.Length ? [old[index]] : old;
            var name = $"{(isPlain ? "plain" : "stored")}-{index}";
            layers.Add((await WriteAsync(from, isPlain, work[$"{name}-from"]),
                await WriteAsync([now[index]], isPlain, work[$"{name}-to"])));
        }
        return layers;
    }

    private static Task<IImageSource> OpenAsync(string image, WorkDirectory spool)
    {
        var reference = ImageReference.Parse(image);
        return TransportCatalog.Default.Get(reference)
            .OpenSourceAsync(reference, new TransportContext(spool, EventSink.None), default);
    }

    /// <summary>Whether any of what was written is compressed.</summary>
    public static async Task<bool> AreCompressedAsync(List<(string From, string To)> layers)
    {
        var start = new byte[CompressionFormat.SniffLength];
        foreach (var (_, to) in layers)
        {
            await using var file = File.OpenRead(to);
            var read = await file.ReadAtLeastAsync(start, start.Length, throwOnEndOfStream: false);
            if (CompressionFormat.Detect(start.AsSpan(0, read)) != CompressionKind.None)
                return true;
        }
        return false;
    }

    /// <summary>Whether two files have the same bytes.</summary>
    public static async Task<bool> AreEqualAsync(string one, string other)
    {
        await using var first = File.OpenRead(one);
        await using var second = File.OpenRead(other);
        var (left, right) = (new byte[1 << 20], new byte[1 << 20]);
        while (true)
        {
            var count = await first.ReadAtLeastAsync(left, left.Length, throwOnEndOfStream: false);
            var same = await second.ReadAtLeastAsync(right, right.Length, throwOnEndOfStream: false);
            if (!left.AsSpan(0, count).SequenceEqual(right.AsSpan(0, same)))
                return false;
            if (count == 0)
                return true;
        }
    }

    private static async Task<string> WriteAsync(IReadOnlyList<Layer> layers, bool isPlain, string path)
    {
        await using var file = File.Create(path);
        foreach (var layer in layers)
        {
            await using var blob = await layer.OpenBlobAsync(default);
            if (!isPlain)
            {
                await blob.CopyToAsync(file);
                continue;
            }
            var stored = new StoredContent("a layer", layer.Size, new DecompressionBounds());
            var (_, content) = await CompressionFormat.OpenAsync(blob, stored, default);
            await using (content)
                await content.CopyToAsync(file);
        }
        return path;
    }
}
