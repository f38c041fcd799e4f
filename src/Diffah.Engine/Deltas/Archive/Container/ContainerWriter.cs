using Diffah.Engine.Compression;
using Diffah.Engine.Content;
using Diffah.Engine.Diagnostics;
using Diffah.Engine.Tar;

namespace Diffah.Engine.Deltas.Archive.Container;

/// <summary>Writes a delta archive: the sidecar, then its parts in ascending order of their names.</summary>
internal static class ContainerWriter
{
    // Measured: compressed layers and patches do not shrink at any level. On plain layers level 19 gains a tenth over
    // level 9, for fourteen times the time, and one stream has one thread.
    private static readonly ZstdSettings Whole = new(Level: 9);

    /// <param name="output">Where the archive goes; not owned.</param>
    /// <param name="compression">How it is compressed as a whole.</param>
    /// <param name="head">The sidecar's bytes.</param>
    /// <param name="sidecar">What it says.</param>
    /// <param name="open">Opens the stored bytes of a part.</param>
    /// <param name="begin">Begins the progress of a part; gives null for one that is not told of.</param>
    /// <param name="cancellationToken">Stops the writing.</param>
    public static async Task WriteAsync(
        Stream output, ArchiveCompression compression, byte[] head, ArchiveManifest sidecar,
        Func<ArchivePart, Stream> open, Func<ArchivePart, ProgressScope?> begin, CancellationToken cancellationToken)
    {
        if (compression == ArchiveCompression.None)
        {
            await WriteTarAsync(output, head, sidecar, open, begin, cancellationToken);
            return;
        }
        using var compressed = new ZstdCompressionStream(output, Whole);
        await WriteTarAsync(compressed, head, sidecar, open, begin, cancellationToken);
        compressed.Finish();
    }

    private static async Task WriteTarAsync(
        Stream output, byte[] head, ArchiveManifest sidecar, Func<ArchivePart, Stream> open,
        Func<ArchivePart, ProgressScope?> begin, CancellationToken cancellationToken)
    {
        var tar = new TarWriter(output);
        await tar.WriteAsync(
            ArchiveMarks.DeltaSidecar, head.Length, (o, ct) => WriteBytesAsync(o, head, ct), cancellationToken);
        foreach (var (part, size) in sidecar.Parts)
        {
            using var stored = open(part);
            using var scope = begin(part);
            Action<long>? progress = scope is null ? null : scope.Advance;
            await tar.WriteAsync(EntryNames.Of(part), size,
                (o, ct) => stored.CopyToAsync(o, progress, ct), cancellationToken);
        }
        await tar.FinishAsync(cancellationToken);
    }

    private static async Task<long> WriteBytesAsync(Stream output, byte[] bytes, CancellationToken cancellationToken)
    {
        await output.WriteAsync(bytes, cancellationToken);
        return bytes.Length;
    }
}
