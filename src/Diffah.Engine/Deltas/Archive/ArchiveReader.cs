using System.Collections.Concurrent;
using Diffah.Engine.Content;
using Diffah.Engine.Diagnostics;
using Diffah.Engine.Oci;

namespace Diffah.Engine.Deltas.Archive;

/// <summary>Reads what an opened delta archive holds. Blobs are read where they lie, when they are asked for.</summary>
/// <param name="store">Where the parts lie; owned.</param>
internal sealed class ArchiveReader(IArchiveStore store) : IDisposable
{
    private readonly ConcurrentDictionary<(Digest, string), ImageManifest> _manifests = new();

    /// <summary>
    /// Absolute path of the archive; <c>-</c> for one that came through standard input, and the reference of one that
    /// is in a registry.
    /// </summary>
    public string Path => store.Location;

    /// <summary>How it is compressed as a whole.</summary>
    public ArchiveCompression Compression => store.Compression;

    /// <summary>Whether a signature is stored with it; one beside its file is not.</summary>
    public bool HasSignature => store.HasSignature;

    /// <summary>Size of the archive file as it was when it was opened.</summary>
    public long FileBytes => store.Bytes;

    /// <summary>What it says.</summary>
    public ArchiveManifest Manifest { get; private init; } = store.Manifest;

    /// <summary>What a signature of the archive covers.</summary>
    public ReadOnlyMemory<byte> ManifestBytes => store.ManifestBytes;

    /// <summary>
    /// Opens an archive in a file; one that is compressed as a whole is decompressed to the work directory.
    /// </summary>
    /// <param name="path">Absolute path.</param>
    /// <param name="work">Where to decompress to.</param>
    /// <param name="events">Told of fields that this build does not know.</param>
    /// <param name="cancellationToken">Stops the opening.</param>
    /// <param name="check">Judges the sidecar before anything behind it is read; null accepts it.</param>
    /// <param name="shown">What people call the archive; null is its path.</param>
    /// <exception cref="DiffahException">FileNotFound, ArchiveInvalid, ArchiveVersionUnknown, ArchiveTooOld,
    /// DiskFull.</exception>
    public static async Task<ArchiveReader> OpenAsync(
        string path, WorkDirectory work, EventSink events, CancellationToken cancellationToken,
        SidecarCheck? check = null, string? shown = null) =>
        new(await FileArchiveStore.OpenAsync(path, check, work, events, cancellationToken, shown));

    /// <summary>The same archive, told in another way, such as without what is of no use here; not owned.</summary>
    /// <param name="manifest">What it says.</param>
    public ArchiveReader As(ArchiveManifest manifest) => new(store) { Manifest = manifest };

    /// <summary>Opens an archive in a file that is open.</summary>
    /// <param name="file">The file; owned, also where this throws.</param>
    /// <param name="shown">What people call the archive.</param>
    /// <param name="work">Where to decompress to.</param>
    /// <param name="events">Told of fields that this build does not know.</param>
    /// <param name="cancellationToken">Stops the opening.</param>
    /// <exception cref="DiffahException">ArchiveInvalid, ArchiveVersionUnknown, ArchiveTooOld, DiskFull.</exception>
    public static async Task<ArchiveReader> OpenAsync(
        IFileBytes file, string shown, WorkDirectory work, EventSink events, CancellationToken cancellationToken) =>
        new(await FileArchiveStore.OpenAsync(file, shown, null, work, events, cancellationToken));

    /// <summary>Brings a part near, before all of it is read. Of a few bytes that are shown nobody need do
    /// so.</summary>
    /// <param name="part">The part.</param>
    /// <param name="cancellationToken">Stops the fetching.</param>
    public Task FetchAsync(ArchivePart part, CancellationToken cancellationToken) =>
        store.FetchAsync(part, cancellationToken);

    /// <summary>Opens the stored bytes of a blob; a patch is not applied, and nothing is verified.</summary>
    public Stream OpenStored(Digest digest) => OpenStored(ArchivePart.Blob(digest));

    /// <summary>Opens the stored bytes of a part; nothing is decoded or verified.</summary>
    public Stream OpenStored(ArchivePart part) => store.Open(part, 0, store.LengthOf(part));

    /// <summary>Opens some of the stored bytes of a part.</summary>
    /// <param name="part">The part.</param>
    /// <param name="offset">Where they begin.</param>
    /// <param name="length">How many are read.</param>
    public Stream OpenStored(ArchivePart part, long offset, long length) => store.Open(part, offset, length);

    /// <summary>Bytes that are stored of a part.</summary>
    public long LengthOf(ArchivePart part) => store.LengthOf(part);

    /// <summary>Opens a blob that is stored whole, through a stream that checks it.</summary>
    public VerifyingStream OpenFull(Digest digest) =>
        new(OpenStored(digest), digest, Manifest.Blobs[digest].Size, $"Blob {digest} of the delta archive '{Path}'")
        {
            NextAction = DiffahErrors.ArchiveInvalid.NextAction,
        };

    /// <summary>Reads the first stored bytes of a blob.</summary>
    /// <param name="digest">Digest of the target blob.</param>
    /// <param name="length">How many are wanted; fewer are given where there are fewer.</param>
    /// <param name="cancellationToken">Stops the reading.</param>
    public async Task<byte[]> ReadStartAsync(Digest digest, int length, CancellationToken cancellationToken)
    {
        await using var stored = OpenStored(digest);
        var start = new byte[length];
        var read = await stored.ReadAtLeastAsync(start, length, throwOnEndOfStream: false, cancellationToken);
        return start[..read];
    }

    /// <summary>Reads the recipe that makes a layer's blob of its content.</summary>
    /// <param name="blob">Digest of the blob.</param>
    /// <param name="form">How it is made.</param>
    /// <param name="cancellationToken">Stops the reading.</param>
    /// <exception cref="DiffahException">ArchiveInvalid: it is longer than a recipe that is read.</exception>
    public async Task<ReadOnlyMemory<byte>> ReadRecipeAsync(
        Digest blob, LayerForm form, CancellationToken cancellationToken)
    {
        if (form.Wrapping.StoredRecipe == 0)
            return form.Wrapping.Recipe;
        if (form.Wrapping.StoredRecipe > Wrapping.MaximumStored)
            throw new DiffahException(DiffahErrors.ArchiveInvalid, $"The recipe for blob {blob} in '{Path}' has "
                + $"{form.Wrapping.StoredRecipe} bytes, more than the {Wrapping.MaximumStored} that are read.");
        await FetchAsync(ArchivePart.Recipe(blob), cancellationToken);
        await using var stored = OpenStored(ArchivePart.Recipe(blob));
        var recipe = new byte[form.Wrapping.StoredRecipe];
        await stored.ReadExactlyAsync(recipe, cancellationToken);
        return recipe;
    }

    /// <summary>Reads the beginning of the recipe that makes a layer's blob of its content.</summary>
    /// <param name="blob">Digest of the blob.</param>
    /// <param name="form">How it is made.</param>
    /// <param name="length">How many bytes are wanted; fewer are given where there are fewer.</param>
    /// <param name="cancellationToken">Stops the reading.</param>
    public async Task<ReadOnlyMemory<byte>> ReadRecipeStartAsync(
        Digest blob, LayerForm form, int length, CancellationToken cancellationToken)
    {
        if (form.Wrapping.StoredRecipe == 0)
            return form.Wrapping.Recipe;
        await using var stored = OpenStored(ArchivePart.Recipe(blob));
        var start = new byte[Math.Min(length, form.Wrapping.StoredRecipe)];
        await stored.ReadExactlyAsync(start, cancellationToken);
        return start;
    }

    /// <summary>Opens the patch that makes a content, to be read in any order.</summary>
    /// <param name="diffId">The content.</param>
    public PartBytes OpenPatch(Digest diffId) => OpenPatch(diffId, Manifest.Contents[diffId]);

    /// <summary>Opens one of the patches that make a content, to be read in any order.</summary>
    /// <param name="diffId">The content.</param>
    /// <param name="patch">Which of them.</param>
    public PartBytes OpenPatch(Digest diffId, ContentPatch patch)
    {
        var part = ArchivePart.Way(diffId, patch.Number);
        return new PartBytes(LengthOf(part), (offset, length) => OpenStored(part, offset, length));
    }

    /// <summary>Reads a small blob that is stored whole, such as a manifest.</summary>
    /// <exception cref="DiffahException">SizeMismatch, DigestMismatch.</exception>
    public async Task<byte[]> ReadFullAsync(Digest digest, int maximum, CancellationToken cancellationToken)
    {
        await FetchAsync(ArchivePart.Blob(digest), cancellationToken);
        using var stream = OpenFull(digest);
        return await stream.ReadBoundedAsync(maximum, $"Blob {digest} of '{Path}'", cancellationToken);
    }

    /// <summary>Reads the manifest of an image; images with the same one share it.</summary>
    /// <exception cref="DiffahException">SizeMismatch, DigestMismatch, InvalidManifest.</exception>
    public async Task<ImageManifest> ReadManifestAsync(ArchiveImage image, CancellationToken cancellationToken)
    {
        var target = image.Target;
        var key = (target.ManifestDigest, target.MediaType);
        if (_manifests.TryGetValue(key, out var known))
            return known;
        var bytes = await ReadFullAsync(target.ManifestDigest, RawManifest.MaximumSize, cancellationToken);
        return _manifests[key] =
            ImageManifest.Parse(new RawManifest(bytes, target.MediaType, target.ManifestDigest));
    }

    /// <summary>Reads a manifest or index that is stored whole.</summary>
    /// <param name="manifest">Its digest, and the type that it is said to have.</param>
    /// <param name="cancellationToken">Stops the reading.</param>
    /// <exception cref="DiffahException">SizeMismatch, DigestMismatch, InvalidManifest.</exception>
    public async Task<RawManifest> ReadManifestAsync(Descriptor manifest, CancellationToken cancellationToken)
    {
        await FetchAsync(ArchivePart.Blob(manifest.Digest), cancellationToken);
        var bytes = await ReadFullAsync(manifest.Digest, RawManifest.MaximumSize, cancellationToken);
        return new RawManifest(bytes, ImageManifest.DetectMediaType(bytes, manifest.MediaType), manifest.Digest);
    }

    /// <summary>
    /// Reads the configuration of an image; null where it is not in the archive whole, or can't be read: it then says
    /// nothing of the layers.
    /// </summary>
    public async Task<ImageConfig?> TryReadConfigAsync(ImageManifest manifest, CancellationToken cancellationToken)
    {
        if (Manifest.Blobs.GetValueOrDefault(manifest.Config.Digest)
            is not { Origin: BlobOrigin.Full, Size: <= ImageConfig.MaximumSize })
            return null;
        try
        {
            return ImageConfig.Parse(
                await ReadFullAsync(manifest.Config.Digest, ImageConfig.MaximumSize, cancellationToken));
        }
        catch (DiffahException e) when (e.Error.Category == DiffahErrorCategory.Content)
        {
            return null;
        }
    }

    public void Dispose() => store.Dispose();
}
