using Diffah.Engine.Layers;
using Diffah.Engine.Tar;

namespace Diffah.Engine.Images.Packages.Files;

/// <summary>
/// Puts the files of interest of a layer into a tree of files, over those of the layers below: a whiteout takes away
/// what they have (OCI image spec, layer.md).
/// </summary>
/// <param name="tree">The tree.</param>
/// <param name="wants">Which paths are of interest.</param>
internal sealed class LayerFiles(FileTree tree, Func<string, bool> wants)
{
    private const string Whiteout = ".wh.";
    private const string WhiteoutMetadata = ".wh..wh.";
    private const string Opaque = ".wh..wh..opq";
    private const int MaximumHardLinks = 100_000;

    private readonly List<(string Path, string Target)> _hardLinks = [];

    /// <summary>Reads a layer; those below have been read.</summary>
    /// <param name="content">Its content.</param>
    /// <param name="layer">Its place; 0 is the base.</param>
    /// <param name="cancellationToken">Stops the reading.</param>
    /// <exception cref="InvalidDataException">It is no tar, or a damaged one; what stands before counts.</exception>
    public void Read(LayerContent content, int layer, CancellationToken cancellationToken)
    {
        _hardLinks.Clear();
        ReadEntries(content, (name, entry) => Take(name, entry, content, layer), cancellationToken);
        if (_hardLinks.Count > 0)
            TakeHardLinks(content, layer, cancellationToken);
    }

    private static void ReadEntries(
        LayerContent content, Action<string, TarEntry> take, CancellationToken cancellationToken)
    {
        using var tar = content.OpenRead();
        var reader = new TarReader(tar);
        while (reader.Next(cancellationToken) is { } entry)
        {
            if (TarPath.TryNormalize(entry.Name) is { } name)
                take(name, entry);
        }
    }

    private void Take(string name, TarEntry entry, LayerContent content, int layer)
    {
        var slash = name.LastIndexOf('/');
        if (name.AsSpan(slash + 1).StartsWith(Whiteout))
        {
            TakeWhiteout(name[..Math.Max(slash, 0)], name[(slash + 1)..], layer);
            return;
        }
        var path = tree.Resolve(name);
        switch (entry.Kind)
        {
            case TarEntryKind.Directory:
                tree.PutFolder(path);
                break;
            case TarEntryKind.SymbolicLink:
                tree.PutLink(path, entry.LinkName, layer);
                break;
            case TarEntryKind.File when wants(path):
                tree.PutFile(path, Place(entry, content), layer);
                break;
            case TarEntryKind.HardLink when wants(path) && _hardLinks.Count < MaximumHardLinks:
                tree.Remove(path);
                _hardLinks.Add((path, entry.LinkName));
                break;
            case TarEntryKind.Other:
                break;
            default:
                tree.Remove(path);
                break;
        }
    }

    private void TakeWhiteout(string folder, string name, int layer)
    {
        if (name == Opaque)
            tree.RemoveLower(folder.Length == 0 ? "" : tree.Resolve(folder), layer, keepsFolder: true);
        else if (!name.StartsWith(WhiteoutMetadata, StringComparison.Ordinal) && name.Length > Whiteout.Length)
            tree.RemoveLower(tree.Resolve(Join(folder, name[Whiteout.Length..])), layer, keepsFolder: false);
    }

    // The file of a hard link is in the same layer, and often of no interest by its own name.
    private void TakeHardLinks(LayerContent content, int layer, CancellationToken cancellationToken)
    {
        var targets = new Dictionary<string, PlacedFile?>(StringComparer.Ordinal);
        foreach (var (_, target) in _hardLinks)
        {
            if (TarPath.TryNormalize(target) is { } name)
                targets[name] = null;
        }
        ReadEntries(
            content,
            (name, entry) =>
            {
                if (entry.Kind == TarEntryKind.File && targets.ContainsKey(name))
                    targets[name] = Place(entry, content);
            },
            cancellationToken);
        foreach (var (path, target) in _hardLinks)
        {
            if (TarPath.TryNormalize(target) is { } name && targets[name] is { } file)
                tree.PutFile(path, file, layer);
        }
    }

    private static PlacedFile Place(TarEntry entry, LayerContent content) =>
        new(content, entry.ContentOffset, entry.StoredSize, entry.OpenSparse);

    private static string Join(string folder, string name) => folder.Length == 0 ? name : $"{folder}/{name}";
}
