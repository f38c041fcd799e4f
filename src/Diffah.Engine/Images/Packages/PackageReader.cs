using System.Collections.Immutable;
using Diffah.Engine.Diagnostics;
using Diffah.Engine.Images.Packages.Files;
using Diffah.Engine.Images.Packages.Formats;
using Diffah.Engine.Layers;
using Diffah.Engine.Oci;

namespace Diffah.Engine.Images.Packages;

/// <summary>
/// Reads the packages of images. A layer that several of them have is decompressed once, and a file of it read once.
/// </summary>
/// <param name="bounds">What is read at most.</param>
internal sealed class PackageReader(PackageBounds bounds) : IDisposable
{
    private readonly Dictionary<Digest, LayerContent> _layers = [];
    private readonly Dictionary<(string Layer, long Offset, string Path), FilePackages> _read = [];
    private readonly PlacedContents _contents = new();

    /// <summary>Reads what the file system that all layers make says of packages.</summary>
    /// <param name="image">The image.</param>
    /// <param name="tars">Reads its layers.</param>
    /// <param name="cancellationToken">Stops the reading.</param>
    /// <exception cref="DiffahException">What reading layers throws.</exception>
    public async Task<ImmutableArray<Package>> ReadAsync(
        Image image, LayerTars tars, CancellationToken cancellationToken)
    {
        var notes = new PackageNotes(tars.Events, image.Source.Reference.ToString(), bounds.Warnings);
        var tree = new FileTree(bounds.Nodes, bounds.PathCharacters);
        var files = new LayerFiles(tree, path => PackageFormat.All.Any(f => f.Knows(path)));
        for (var i = 0; i < image.Layers.Length; i++)
        {
            if (await FindAsync(image.Layers[i], tars, notes, cancellationToken) is { } content)
                Read(image.Layers[i], content, i, files, notes, cancellationToken);
        }
        if (tree.IsFull)
            notes.Incomplete($"it has more than {bounds.Nodes} files and folders that tell of them");
        var packages = ReadFiles(tree, notes, cancellationToken);
        notes.Finish();
        return packages;
    }

    /// <inheritdoc/>
    public void Dispose() => _contents.Dispose();

    private async Task<LayerContent?> FindAsync(
        Layer layer, LayerTars tars, PackageNotes notes, CancellationToken cancellationToken)
    {
        if (!MediaTypes.IsLayer(layer.MediaType) && !MediaTypes.IsForeignLayer(layer.MediaType))
        {
            notes.Skipped($"layer {layer.Digest}", $"it is no tar but {ShortText.Cut(layer.MediaType, 100)}");
            return null;
        }
        if (_layers.TryGetValue(layer.Digest, out var content))
            return content;
        try
        {
            return _layers[layer.Digest] = await tars.KeepAsync(layer, cancellationToken);
        }
        catch (DiffahException e) when (layer.HasUrls && e.Error == DiffahErrors.BlobMissing)
        {
            notes.Skipped($"layer {layer.Digest}", "it is to be fetched from elsewhere");
            return null;
        }
    }

    private static void Read(
        Layer layer, LayerContent content, int place, LayerFiles files, PackageNotes notes,
        CancellationToken cancellationToken)
    {
        try
        {
            files.Read(content, place, cancellationToken);
        }
        catch (Exception e) when (e is InvalidDataException or EndOfStreamException)
        {
            notes.Skipped($"layer {layer.Digest}", $"its tar is damaged: {e.Message}");
        }
    }

    private ImmutableArray<Package> ReadFiles(FileTree tree, PackageNotes notes, CancellationToken cancellationToken)
    {
        var found = new List<Package>();
        var characters = 0L;
        foreach (var (path, file) in tree.Files())
        {
            cancellationToken.ThrowIfCancellationRequested();
            var read = Read(path, file, tree);
            if (read.Fault is { } fault)
                notes.Skipped(path, fault);
            characters += read.Packages.Sum(
                p => (long)p.Name.Length + p.Version.Length + (p.Architecture?.Length ?? 0));
            if (found.Count + read.Packages.Length > bounds.Packages || characters > bounds.PackageCharacters)
            {
                notes.Incomplete($"it has more than {bounds.Packages} packages, or names that are too long");
                break;
            }
            found.AddRange(read.Packages);
        }
        return
        [
            .. found.OrderBy(p => p.Type, StringComparer.Ordinal).ThenBy(p => p.Name, StringComparer.Ordinal)
                .ThenBy(p => p.Version, StringComparer.Ordinal).ThenBy(p => p.Path, StringComparer.Ordinal),
        ];
    }

    // A database of two files is not read once for both images: its second file may differ.
    private FilePackages Read(string path, PlacedFile file, FileTree tree)
    {
        var key = (file.Layer.Path, file.Offset, path);
        if (_read.TryGetValue(key, out var known))
            return known;
        var opened = 0;
        var source = new PackageFile(path, wanted =>
        {
            opened++;
            return tree.FindFile(wanted) is { } placed ? _contents.Open(placed) : null;
        });
        var read = new FilePackages(source, bounds);
        if (opened == 1)
            _read[key] = read;
        return read;
    }
}
