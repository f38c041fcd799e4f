using Diffah.Engine.Diagnostics;
using Diffah.Engine.Layers;

namespace Diffah.Engine.Images.Comparison.Entries;

/// <summary>A file of the file system that layers make: what its entry says, whatever names it has.</summary>
/// <param name="entry">The entry that has it: of a hard link, that of the file it leads to.</param>
/// <param name="layer">The layer that the entry is in.</param>
internal sealed class MergedFile(LayerEntry entry, Layer layer)
{
    /// <summary>The entry.</summary>
    public LayerEntry Entry => entry;

    /// <summary>The layer.</summary>
    public Layer Layer => layer;
}

/// <summary>
/// The file system that layers make, one over the other (OCI image spec, layer.md): whiteouts take away what lower
/// layers have, and are no files themselves.
/// </summary>
internal sealed class MergedFiles
{
    /// <summary>The most files and folders, those among them that no entry tells of.</summary>
    public const int MaximumNodes = 4_000_000;

    // What is longer is no path for any system: it is a name without folders.
    private const int MaximumPath = 4096;

    private readonly Node _root = new();
    private int _nodes;

    /// <summary>Puts a layer on top.</summary>
    /// <param name="layer">The layer.</param>
    /// <param name="entries">Its entries, in the tar's order.</param>
    /// <exception cref="DiffahException">InvalidImage: more folders than are kept.</exception>
    public void Apply(Layer layer, IReadOnlyList<LayerEntry> entries)
    {
        // Whiteouts are for lower layers alone, wherever in the tar they stand.
        foreach (var entry in entries)
            TakeAway(entry.Path);
        foreach (var entry in entries)
        {
            if (!IsWhiteout(entry.Path))
                Put(layer, entry);
        }
    }

    /// <summary>All files by their paths, in the order of the paths' bytes.</summary>
    public SortedDictionary<string, MergedFile> ToDictionary()
    {
        var files = new SortedDictionary<string, MergedFile>(StringComparer.Ordinal);
        var waiting = new Stack<Node>([_root]);
        while (waiting.TryPop(out var node))
        {
            if (node.File is { } file)
                files[node.Path] = file;
            foreach (var child in node.Children.Values)
                waiting.Push(child);
        }
        return files;
    }

    private static bool IsWhiteout(string path) =>
        EntryPath.NameOf(path).StartsWith(EntryPath.WhiteoutPrefix, StringComparison.Ordinal);

    private void TakeAway(string path)
    {
        if (!IsWhiteout(path) || Find(EntryPath.FolderOf(path)) is not { } folder)
            return;
        var name = EntryPath.NameOf(path);
        if (name.SequenceEqual(EntryPath.OpaqueMark))
            folder.Clear();
        else if (!name.StartsWith(EntryPath.MetadataPrefix, StringComparison.Ordinal))
            folder.Remove(name[EntryPath.WhiteoutPrefix.Length..].ToString());
    }

    private void Put(Layer layer, LayerEntry entry)
    {
        // A link to what is not there is kept as it is.
        var file = entry.Type == EntryType.HardLink && Find(entry.LinkName)?.File is { } linked
            ? linked
            : new MergedFile(entry, layer);
        var node = _root;
        foreach (var segment in Segments(entry.Path))
            node = node.Children.TryGetValue(segment, out var child) ? child : Grow(node, segment);
        (node.Path, node.File) = (entry.Path, file);
        if (entry.Type != EntryType.Directory)
            node.Clear();
    }

    private Node Grow(Node folder, string name)
    {
        if (++_nodes > MaximumNodes)
            throw new DiffahException(DiffahErrors.InvalidImage,
                $"The layers make more than {MaximumNodes} files and folders.",
                "Compare the images layer by layer, without Squash (--squash).");
        return folder.Add(name);
    }

    private Node? Find(string path)
    {
        var node = _root;
        foreach (var segment in Segments(path))
        {
            if (!node.Children.TryGetValue(segment, out var child))
                return null;
            node = child;
        }
        return node;
    }

    private static string[] Segments(string path) => path == EntryPath.Root ? []
        : path.Length > MaximumPath ? [path]
        : path.Split('/');

    private sealed class Node
    {
        private static readonly Dictionary<string, Node> None = [];

        private Dictionary<string, Node>? _children;

        /// <summary>The path of what is there.</summary>
        public string Path { get; set; } = "";

        /// <summary>What is there; null for a folder that no entry tells of.</summary>
        public MergedFile? File { get; set; }

        public IReadOnlyDictionary<string, Node> Children => _children ?? None;

        public Node Add(string name) => (_children ??= new(StringComparer.Ordinal))[name] = new Node();

        public void Remove(string name) => _children?.Remove(name);

        public void Clear() => _children = null;
    }
}
