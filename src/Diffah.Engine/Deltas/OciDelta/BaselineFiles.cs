using Diffah.Engine.Content;
using Diffah.Engine.Diagnostics;
using Diffah.Engine.Layers;
using Diffah.Engine.Tar;

namespace Diffah.Engine.Deltas.OciDelta;

/// <summary>
/// The regular files of a baseline by their paths, as they are where its layers are unpacked one over the other: of a
/// path that several have, the last counts. Layers are read from above, and only as far down as files are asked for.
/// </summary>
/// <param name="layers">The layers, base first.</param>
/// <param name="store">Keeps their contents.</param>
/// <param name="work">Where files go that a tar holds in pieces.</param>
internal sealed class BaselineFiles(IReadOnlyList<Layer> layers, LayerStore store, WorkDirectory work) : IDisposable
{
    /// <summary>The most entries of all layers together.</summary>
    public const int MaximumEntries = 4_000_000;

    private readonly List<UnpackedLayer> _read = [];
    private int _entries;

    /// <summary>Finds a file; null where the baseline has none of this path.</summary>
    /// <param name="path">Its canonical path.</param>
    /// <param name="cancellationToken">Stops the reading.</param>
    /// <exception cref="DiffahException">InvalidImage, and what reading a layer throws.</exception>
    public async Task<BaselineFile?> FindAsync(string path, CancellationToken cancellationToken)
    {
        for (var depth = 0; depth < layers.Count; depth++)
        {
            if (depth == _read.Count)
                _read.Add(await ReadAsync(layers[^(depth + 1)], cancellationToken));
            if (!_read[depth].Entries.TryGetValue(path, out var entry))
                continue;
            // A hard link may be to what a layer below has.
            if (entry is not { LinkedTo: { } linked })
                return entry.Kind == TarEntryKind.File ? await OpenAsync(_read[depth], entry, cancellationToken) : null;
            path = linked;
        }
        return null;
    }

    public void Dispose() => _read.ForEach(l => l.File.Dispose());

    private async Task<UnpackedLayer> ReadAsync(Layer layer, CancellationToken cancellationToken)
    {
        var content = await store.ContentAsync(layer, cancellationToken);
        var file = content.OpenRead();
        var entries = new Dictionary<string, UnpackedEntry>(StringComparer.Ordinal);
        try
        {
            var tar = new TarReader(file);
            while (tar.Next(cancellationToken) is { } entry)
            {
                if (++_entries > MaximumEntries)
                    throw new InvalidDataException($"there are more than {MaximumEntries} entries in all");
                if (TarPath.TryNormalize(entry.Name) is { } name)
                    entries[name] = Unpack(entry, entries);
            }
        }
        catch (InvalidDataException e)
        {
            file.Dispose();
            throw new DiffahException(DiffahErrors.InvalidImage,
                $"The layer {layer.Digest} of the baseline is no tar, or is damaged: {e.Message}.", inner: e);
        }
        return new UnpackedLayer(file, entries);
    }

    /// <summary>What is under a name: of a link to what stood before in the same layer, that.</summary>
    private static UnpackedEntry Unpack(TarEntry entry, Dictionary<string, UnpackedEntry> before)
    {
        if (entry.Kind != TarEntryKind.HardLink || TarPath.TryNormalize(entry.LinkName) is not { } linked)
            return new UnpackedEntry(entry.Kind, entry.ContentOffset, entry.StoredSize, entry.OpenSparse, null);
        return before.TryGetValue(linked, out var there)
            ? there
            : new UnpackedEntry(entry.Kind, 0, 0, null, linked);
    }

    private async Task<BaselineFile> OpenAsync(
        UnpackedLayer layer, UnpackedEntry entry, CancellationToken cancellationToken)
    {
        var handle = layer.File.SafeFileHandle;
        if (entry.Sparse?.Invoke() is not { } map)
            return new BaselineFile(handle, entry.Offset, entry.Length, null);
        var expanded = new FileStream(work.NewFilePath("sparse"), FileMode.CreateNew, FileAccess.ReadWrite,
            FileShare.Read, 0, FileOptions.Asynchronous | FileOptions.DeleteOnClose);
        work.RequireRoom(map.Length, "a sparse file of the baseline");
        await using var content = new SparseStream(new FileSlice(handle, entry.Offset, entry.Length), map);
        await content.CopyToAsync(expanded, cancellationToken);
        return new BaselineFile(expanded.SafeFileHandle, 0, expanded.Length, expanded);
    }

    private sealed record UnpackedLayer(FileStream File, IReadOnlyDictionary<string, UnpackedEntry> Entries);

    private sealed record UnpackedEntry(
        TarEntryKind Kind, long Offset, long Length, Func<SparseMap?>? Sparse, string? LinkedTo);
}
