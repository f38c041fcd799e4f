using System.Formats.Tar;
using Diffah.Engine.Content;
using Diffah.Engine.Deltas.Sidecars;
using Diffah.Engine.Diagnostics;
using Diffah.Engine.Oci;

namespace Diffah.Engine.Deltas.Container;

/// <summary>Reads the entries of a delta archive's tar, and refuses whatever the format does not have.</summary>
internal static class ArchiveEntries
{
    /// <summary>Reads the first entry, which must be the sidecar.</summary>
    public static async Task<Sidecar> ReadSidecarAsync(TarReader tar, string path, EventSink events, CancellationToken cancellationToken)
    {
        var entry = await NextAsync(tar, path, cancellationToken).ConfigureAwait(false);
        if (entry is null || entry.Name != Sidecar.EntryName)
            throw Invalid(path, $"its first entry is not {Sidecar.EntryName}; it is no delta archive");
        if (entry.DataStream is null || entry.Length > Sidecar.MaximumSize)
            throw Invalid(path, $"its sidecar is empty or longer than {Sidecar.MaximumSize} bytes");
        try
        {
            var bytes = await entry.DataStream.ReadBoundedAsync(Sidecar.MaximumSize, "The sidecar", cancellationToken).ConfigureAwait(false);
            return bytes.Length == entry.Length ? new SidecarReader(events).Read(bytes) : throw Truncated(path);
        }
        catch (EndOfStreamException)
        {
            throw Truncated(path);
        }
        catch (InvalidDataException e)
        {
            throw Damaged(path, e);
        }
    }

    /// <summary>Finds every blob the sidecar lists, each exactly once, and nothing else.</summary>
    /// <returns>Where each blob's stored bytes begin.</returns>
    public static async Task<Dictionary<Digest, long>> IndexAsync(TarReader tar, Sidecar sidecar, long archiveSize, string path, CancellationToken cancellationToken)
    {
        var offsets = new Dictionary<Digest, long>();
        while (await NextAsync(tar, path, cancellationToken).ConfigureAwait(false) is { } entry)
        {
            var digest = CheckEntry(entry, sidecar, path);
            if (entry.DataOffset < 0 || entry.Length > archiveSize - entry.DataOffset)
                throw Truncated(path);
            if (!offsets.TryAdd(digest, entry.DataOffset))
                throw Invalid(path, $"it has the entry {entry.Name} twice");
        }
        var missing = sidecar.Blobs.Keys.FirstOrDefault(d => !offsets.ContainsKey(d));
        return missing == default ? offsets : throw Invalid(path, $"the blob {missing} that the sidecar lists is missing; the archive may be cut short");
    }

    private static Digest CheckEntry(TarEntry entry, Sidecar sidecar, string path)
    {
        if (!ArchiveNames.TryParse(entry.Name, out var digest) || !sidecar.Blobs.TryGetValue(digest, out var blob))
            throw Invalid(path, $"it has the entry '{Shown(entry.Name)}', which does not belong in a delta archive");
        if (entry.Length != blob.ArchiveSize)
            throw Invalid(path, $"the entry {entry.Name} has {entry.Length} bytes, not the {blob.ArchiveSize} that the sidecar says");
        return digest;
    }

    private static async Task<TarEntry?> NextAsync(TarReader tar, string path, CancellationToken cancellationToken)
    {
        TarEntry? entry;
        try
        {
            entry = await tar.GetNextEntryAsync(copyData: false, cancellationToken).ConfigureAwait(false);
        }
        catch (EndOfStreamException)
        {
            throw Truncated(path);
        }
        catch (Exception e) when (TarFault.Is(e))
        {
            throw Damaged(path, e);
        }
        if (entry is null or { EntryType: TarEntryType.RegularFile or TarEntryType.V7RegularFile })
            return entry;
        throw Invalid(path, $"the entry '{Shown(entry.Name)}' is not a regular file");
    }

    private static DiffahException Damaged(string path, Exception e) =>
        new(DiffahErrors.ArchiveInvalid, $"'{path}' is not a valid delta archive: it is damaged ({e.Message}).", inner: e);

    private static DiffahException Truncated(string path) => Invalid(path, "it is cut short");

    private static DiffahException Invalid(string path, string why) => new(DiffahErrors.ArchiveInvalid, $"'{path}' is not a valid delta archive: {why}.");

    private static string Shown(string name) => new([.. name.Take(80).Select(c => char.IsControl(c) ? '?' : c)]);
}
