using System.Buffers;
using Diffah.Engine.Compression;
using Diffah.Engine.Content;
using Diffah.Engine.Diagnostics;
using Diffah.Engine.Images;
using Diffah.Engine.Tar;
using Microsoft.Win32.SafeHandles;

namespace Diffah.Engine.Transports.Storage;

/// <summary>
/// A tar opened for reading in any order, by many at a time. One that is compressed as a whole is decompressed into the
/// work directory.
/// </summary>
internal sealed class TarFile : IDisposable
{
    private const int CompareLength = 64 * 1024;

    private readonly FileStream _stream;
    private readonly TarIndex _index;

    private TarFile(FileStream stream, TarIndex index) => (_stream, _index) = (stream, index);

    // The handle the index was read from: a file renamed or replaced meanwhile is not mixed up with it.
    private SafeFileHandle Handle => _stream.SafeFileHandle;

    /// <summary>Opens and indexes an archive.</summary>
    /// <param name="path">Absolute path.</param>
    /// <param name="shown">The path that error messages name.</param>
    /// <param name="context">Where to decompress to.</param>
    /// <param name="cancellationToken">Stops the opening.</param>
    /// <exception cref="DiffahException">FileNotFound, InvalidImage.</exception>
    public static async Task<TarFile> OpenAsync(
        string path, string shown, TransportContext context, CancellationToken cancellationToken)
    {
        RequireFile(path, shown);
        return Index(await OpenPlainAsync(path, shown, context, cancellationToken), shown, cancellationToken);
    }

    /// <summary>
    /// Opens and indexes an archive, and writes nothing anywhere; null where it is compressed as a whole.
    /// </summary>
    /// <param name="path">Absolute path.</param>
    /// <param name="cancellationToken">Stops the opening.</param>
    /// <exception cref="DiffahException">FileNotFound, InvalidImage.</exception>
    public static async Task<TarFile?> TryOpenPlainAsync(string path, CancellationToken cancellationToken)
    {
        RequireFile(path, path);
        using (var stored = OpenRead(path))
        {
            var start = new byte[CompressionFormat.SniffLength];
            var read = await stored.ReadAtLeastAsync(
                start, start.Length, throwOnEndOfStream: false, cancellationToken);
            if (CompressionFormat.Detect(start.AsSpan(0, read)) != CompressionKind.None)
                return null;
        }
        return Index(OpenRead(path), path, cancellationToken);
    }

    /// <summary>Finds a file by its canonical name; null where there is none.</summary>
    /// <param name="name">The canonical name.</param>
    public TarMember? Find(string name) => _index.Find(name);

    /// <summary>Opens a file's content; any number can be open at the same time.</summary>
    /// <param name="member">The file.</param>
    public Stream Open(TarMember member)
    {
        var stored = new FileSlice(Handle, member.Offset, member.StoredLength);
        return member.Sparse is { } map ? new SparseStream(stored, map) : stored;
    }

    /// <summary>Opens a file's content; null where there is no such file.</summary>
    /// <param name="name">The canonical name.</param>
    public Stream? TryOpen(string name) => Find(name) is { } member ? Open(member) : null;

    /// <inheritdoc/>
    public void Dispose() => _stream.Dispose();

    private static void RequireFile(string path, string shown)
    {
        if (Directory.Exists(path))
            throw new DiffahException(DiffahErrors.FileNotFound, $"'{shown}' is a folder, not an archive.",
                $"Read a folder with {TransportTraits.Words(t => t.IsFolder)}, or correct the path.");
        if (!File.Exists(path))
            throw new DiffahException(DiffahErrors.FileNotFound, $"The archive '{shown}' does not exist.");
        InputFile.RequireFile(path, $"the archive '{shown}'");
    }

    private void RefuseDelta(string shown)
    {
        if (Find(ArchiveMarks.DeltaSidecar) is not null && Find(ArchiveMarks.DockerManifest) is null
            && Find(ArchiveMarks.LayoutIndex) is null)
            throw new DiffahException(DiffahErrors.InvalidImage, $"'{shown}' is a delta archive, not an image.",
                "Give an image, or rebuild one from the archive first with Restore-DiffahImage (diffah apply). "
                    + "Get-DiffahArchive (diffah inspect) shows what is in the archive.");
    }

    private static TarFile Index(FileStream stream, string shown, CancellationToken cancellationToken)
    {
        try
        {
            if (stream.Length == 0)
                throw new DiffahException(DiffahErrors.InvalidImage, $"The archive '{shown}' is empty.");
            var tar = new TarFile(stream, TarIndex.Read(
                stream, shown, (one, other) => IsSame(stream.SafeFileHandle, one, other), cancellationToken));
            tar.RefuseDelta(shown);
            return tar;
        }
        catch
        {
            stream.Dispose();
            throw;
        }
    }

    // Sparse files are taken to differ: what they hold may be far more than what is stored.
    private static bool IsSame(SafeFileHandle file, TarMember one, TarMember other)
    {
        if (one.StoredLength != other.StoredLength || one.Sparse is not null || other.Sparse is not null)
            return false;
        using Stream first = new FileSlice(file, one.Offset, one.StoredLength);
        using Stream second = new FileSlice(file, other.Offset, other.StoredLength);
        var (left, right) = (ArrayPool<byte>.Shared.Rent(CompareLength), ArrayPool<byte>.Shared.Rent(CompareLength));
        try
        {
            return IsSame(first, left.AsSpan(0, CompareLength), second, right.AsSpan(0, CompareLength));
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(left);
            ArrayPool<byte>.Shared.Return(right);
        }
    }

    private static bool IsSame(Stream first, Span<byte> left, Stream second, Span<byte> right)
    {
        for (int read; (read = first.ReadAtLeast(left, left.Length, throwOnEndOfStream: false)) > 0;)
        {
            if (second.ReadAtLeast(right, right.Length, throwOnEndOfStream: false) != read
                || !left[..read].SequenceEqual(right[..read]))
                return false;
        }
        return true;
    }

    private static async Task<FileStream> OpenPlainAsync(
        string path, string shown, TransportContext context, CancellationToken cancellationToken)
    {
        var stored = OpenRead(path);
        ProgressScope? progress = null;
        var (kind, content) = await CompressionFormat.OpenAsync(
            new CountingReadStream(stored, bytes => progress?.Advance(bytes)),
            new StoredContent($"'{shown}'", stored.Length, context.Bounds), cancellationToken);
        if (kind == CompressionKind.None)
        {
            stored.Position = 0;
            return stored;
        }
        await using (content)
        {
            var events = context.Events.For("transports");
            using var decompressing = progress = events.BeginPart(
                Path.GetFileName(shown), "decompressing", stored.Length);
            events.Debug($"'{shown}' is compressed as a whole ({kind}); it is decompressed first.");
            var plain = context.Work.NewFilePath("archive.tar");
            await DecompressAsync(content, plain, $"'{shown}'", cancellationToken);
            progress.EndStage();
            return OpenRead(plain);
        }
    }

    /// <summary>Writes decompressed content to a new file.</summary>
    /// <param name="content">The decompressing stream.</param>
    /// <param name="path">The new file.</param>
    /// <param name="what">What is decompressed, for the error message.</param>
    /// <param name="cancellationToken">Stops the writing.</param>
    /// <returns>Bytes written.</returns>
    /// <exception cref="DiffahException">InvalidImage.</exception>
    public static async Task<long> DecompressAsync(
        Stream content, string path, string what, CancellationToken cancellationToken)
    {
        await using var file = new FileStream(
            path, FileMode.CreateNew, FileAccess.Write, FileShare.None, bufferSize: 0, FileOptions.Asynchronous);
        return await content.CopyDecompressedAsync(file, what, cancellationToken);
    }

    private static FileStream OpenRead(string path) => new(path, FileMode.Open, FileAccess.Read,
        FileShare.ReadWrite | FileShare.Delete, bufferSize: 0, FileOptions.Asynchronous);
}
