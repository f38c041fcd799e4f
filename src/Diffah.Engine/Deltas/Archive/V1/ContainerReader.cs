using Diffah.Engine.Content;
using Diffah.Engine.Diagnostics;
using Diffah.Engine.Oci;
using Diffah.Engine.Tar;

namespace Diffah.Engine.Deltas.Archive.V1;

/// <summary>Reads the entries of a delta archive's tar, and refuses whatever the format does not have.</summary>
/// <param name="tar">The plain tar; not owned.</param>
/// <param name="path">The archive's path, for error messages.</param>
internal sealed class ContainerReader(Stream tar, string path)
{
    private readonly TarReader _reader = new(tar);

    /// <summary>Reads the first entry, which must be the sidecar, as it is stored.</summary>
    /// <exception cref="DiffahException">ArchiveInvalid.</exception>
    public async Task<byte[]> ReadSidecarAsync(CancellationToken cancellationToken)
    {
        var entry = await FirstAsync(cancellationToken);
        if (entry.StoredSize > SidecarReader.MaximumSize)
            throw SidecarFields.TooMuch(
                $"it has {entry.StoredSize} bytes, more than the {SidecarReader.MaximumSize} that are read",
                $"The sidecar of '{path}'");
        if (entry.StoredSize == 0)
            throw Invalid("its sidecar is empty");
        try
        {
            using var content = _reader.OpenContent();
            return await content.ReadBoundedAsync(SidecarReader.MaximumSize, "The sidecar", cancellationToken);
        }
        catch (InvalidDataException e)
        {
            throw Damaged(e);
        }
    }

    /// <summary>Finds every blob the sidecar lists, each exactly once, and nothing else.</summary>
    /// <returns>Where each blob's stored bytes begin.</returns>
    public Dictionary<Digest, long> Index(ArchiveManifest sidecar, CancellationToken cancellationToken)
    {
        var offsets = new Dictionary<Digest, long>();
        while (Next(cancellationToken) is { } entry)
        {
            if (!offsets.TryAdd(CheckEntry(entry, sidecar), entry.ContentOffset))
                throw Invalid($"it has the entry {entry.Name} twice");
        }
        var missing = sidecar.Blobs.Keys.FirstOrDefault(d => !offsets.ContainsKey(d));
        return missing == default
            ? offsets
            : throw Invalid($"the blob {missing} that the sidecar lists is missing; the archive may be cut short");
    }

    private Digest CheckEntry(TarEntry entry, ArchiveManifest sidecar)
    {
        if (!EntryNames.TryParse(entry.Name, out var digest) || !sidecar.Blobs.TryGetValue(digest, out var blob))
            throw Invalid($"it has the entry '{Shown(entry.Name)}', which does not belong in a delta archive");
        if (entry.StoredSize != blob.ArchiveSize)
            throw Invalid(
                $"the entry {entry.Name} has {entry.StoredSize} bytes, "
                    + $"not the {blob.ArchiveSize} that the sidecar says");
        return digest;
    }

    private async Task<TarEntry> FirstAsync(CancellationToken cancellationToken)
    {
        try
        {
            return Next(cancellationToken) is { Name: SidecarReader.EntryName } entry
                ? entry
                : throw Invalid($"its first entry is not {SidecarReader.EntryName}; it is no delta archive");
        }
        catch (DiffahException e)
        {
            throw await MistakenImage.ErrorOfAsync(path, cancellationToken) ?? e;
        }
    }

    private TarEntry? Next(CancellationToken cancellationToken)
    {
        try
        {
            var entry = _reader.Next(cancellationToken);
            return entry is null or { Kind: TarEntryKind.File, Sparse: null, HasGlobalHeader: false }
                ? entry
                : throw Invalid($"the entry '{Shown(entry.Name)}' is not a regular file");
        }
        catch (InvalidDataException e)
        {
            throw Damaged(e);
        }
    }

    private DiffahException Damaged(Exception e) =>
        new(DiffahErrors.ArchiveInvalid, $"'{path}' is not a valid delta archive: it is damaged ({e.Message}).",
            inner: e);

    private DiffahException Invalid(string why) =>
        new(DiffahErrors.ArchiveInvalid, $"'{path}' is not a valid delta archive: {why}.");

    private static string Shown(string name) => ShortText.Cut(name, 80);
}
