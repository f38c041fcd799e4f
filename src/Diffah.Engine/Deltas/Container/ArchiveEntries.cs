using System.Formats.Tar;
using Diffah.Engine.Content;
using Diffah.Engine.Deltas.Sidecars;
using Diffah.Engine.Diagnostics;
using Diffah.Engine.Oci;

namespace Diffah.Engine.Deltas.Container;

/// <summary>Reads the entries of a delta archive's tar, and refuses whatever the format does not have.</summary>
internal sealed class ArchiveEntries : IDisposable
{
    private readonly string _path;
    private readonly TarHeaderGuard _guard;
    private readonly TarReader _tar;

    /// <param name="tar">The plain tar; not owned.</param>
    /// <param name="path">The archive's path, for error messages.</param>
    public ArchiveEntries(Stream tar, string path)
    {
        (_path, _guard) = (path, new TarHeaderGuard(tar));
        _tar = new TarReader(_guard, leaveOpen: true);
    }

    /// <summary>Reads the first entry, which must be the sidecar, as it is stored.</summary>
    /// <exception cref="DiffahException">ArchiveInvalid.</exception>
    public async Task<byte[]> ReadSidecarAsync(CancellationToken cancellationToken)
    {
        var entry = await FirstAsync(cancellationToken).ConfigureAwait(false);
        if (entry.DataStream is null || entry.Length > Sidecar.MaximumSize)
            throw Invalid($"its sidecar is empty or longer than {Sidecar.MaximumSize} bytes");
        try
        {
            _guard.PassContent(entry);
            var bytes = await entry.DataStream.ReadBoundedAsync(Sidecar.MaximumSize, "The sidecar", cancellationToken).ConfigureAwait(false);
            return bytes.Length == entry.Length ? bytes : throw Truncated();
        }
        catch (EndOfStreamException)
        {
            throw Truncated();
        }
        catch (InvalidDataException e)
        {
            throw Damaged(e);
        }
    }

    /// <summary>Finds every blob the sidecar lists, each exactly once, and nothing else.</summary>
    /// <returns>Where each blob's stored bytes begin.</returns>
    public async Task<Dictionary<Digest, long>> IndexAsync(Sidecar sidecar, long archiveSize, CancellationToken cancellationToken)
    {
        var offsets = new Dictionary<Digest, long>();
        while (await NextAsync(cancellationToken).ConfigureAwait(false) is { } entry)
        {
            var digest = CheckEntry(entry, sidecar);
            if (entry.DataOffset < 0 || entry.Length > archiveSize - entry.DataOffset)
                throw Truncated();
            if (!offsets.TryAdd(digest, entry.DataOffset))
                throw Invalid($"it has the entry {entry.Name} twice");
        }
        var missing = sidecar.Blobs.Keys.FirstOrDefault(d => !offsets.ContainsKey(d));
        return missing == default ? offsets : throw Invalid($"the blob {missing} that the sidecar lists is missing; the archive may be cut short");
    }

    public void Dispose()
    {
        _tar.Dispose();
        _guard.Dispose();
    }

    private Digest CheckEntry(TarEntry entry, Sidecar sidecar)
    {
        if (!ArchiveNames.TryParse(entry.Name, out var digest) || !sidecar.Blobs.TryGetValue(digest, out var blob))
            throw Invalid($"it has the entry '{Shown(entry.Name)}', which does not belong in a delta archive");
        if (entry.Length != blob.ArchiveSize)
            throw Invalid($"the entry {entry.Name} has {entry.Length} bytes, not the {blob.ArchiveSize} that the sidecar says");
        return digest;
    }

    private async Task<TarEntry> FirstAsync(CancellationToken cancellationToken)
    {
        try
        {
            return await NextAsync(cancellationToken).ConfigureAwait(false) is { Name: Sidecar.EntryName } entry
                ? entry
                : throw Invalid($"its first entry is not {Sidecar.EntryName}; it is no delta archive");
        }
        catch (DiffahException e)
        {
            throw await MistakenImage.ErrorOfAsync(_path, cancellationToken).ConfigureAwait(false) ?? e;
        }
    }

    private async Task<TarEntry?> NextAsync(CancellationToken cancellationToken)
    {
        TarEntry? entry;
        try
        {
            entry = await _tar.GetNextEntryAsync(copyData: false, cancellationToken).ConfigureAwait(false);
        }
        catch (EndOfStreamException)
        {
            throw Truncated();
        }
        catch (Exception e) when (TarFault.Is(e))
        {
            throw Damaged(e);
        }
        if (entry is null or { EntryType: TarEntryType.RegularFile or TarEntryType.V7RegularFile })
            return entry;
        throw Invalid($"the entry '{Shown(entry.Name)}' is not a regular file");
    }

    private DiffahException Damaged(Exception e) =>
        new(DiffahErrors.ArchiveInvalid, $"'{_path}' is not a valid delta archive: it is damaged ({e.Message}).", inner: e);

    private DiffahException Truncated() => Invalid("it is cut short");

    private DiffahException Invalid(string why) => new(DiffahErrors.ArchiveInvalid, $"'{_path}' is not a valid delta archive: {why}.");

    private static string Shown(string name) => name.Length > 80 ? name[..80] : name;
}
