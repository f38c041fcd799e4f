using Diffah.Engine.Content;
using Diffah.Engine.Deltas.Archive.V1;
using Diffah.Engine.Diagnostics;
using Diffah.Engine.Tar;

namespace Diffah.Engine.Deltas.Archive.Container;

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

    /// <summary>Finds every part the sidecar lists, each exactly once, and nothing else.</summary>
    /// <returns>Where each part's stored bytes lie.</returns>
    public Dictionary<ArchivePart, StoredRange> Index(ArchiveManifest sidecar, CancellationToken cancellationToken)
    {
        var sizes = sidecar.Parts.ToDictionary(p => p.Part, p => p.Size);
        var ranges = new Dictionary<ArchivePart, StoredRange>();
        while (Next(cancellationToken) is { } entry)
        {
            if (!ranges.TryAdd(CheckEntry(entry, sizes), new StoredRange(entry.ContentOffset, entry.StoredSize)))
                throw Invalid($"it has the entry {entry.Name} twice");
        }
        return sizes.Keys.Where(p => !ranges.ContainsKey(p)).Take(1).ToArray() is [var missing]
            ? throw Invalid($"the {Described(missing.Kind)} {missing.Digest} that the sidecar lists is missing; "
                + "the archive may be cut short")
            : ranges;
    }

    private ArchivePart CheckEntry(TarEntry entry, Dictionary<ArchivePart, long> sizes)
    {
        if (!EntryNames.TryParse(entry.Name, out var part) || !sizes.TryGetValue(part, out var size))
            throw Invalid($"it has the entry '{Shown(entry.Name)}', which does not belong in a delta archive");
        if (entry.StoredSize != size)
            throw Invalid(
                $"the entry {entry.Name} has {entry.StoredSize} bytes, not the {size} that the sidecar says");
        return part;
    }

    private static string Described(ArchivePartKind kind) => kind switch
    {
        ArchivePartKind.Content => "patch of the content",
        ArchivePartKind.Account => "account of files",
        ArchivePartKind.Recipe => "recipe of the blob",
        _ => "blob",
    };

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

/// <summary>Where stored bytes lie in the plain tar.</summary>
/// <param name="Offset">Where they begin.</param>
/// <param name="Length">How many they are.</param>
internal readonly record struct StoredRange(long Offset, long Length);
