namespace Diffah.Engine.Images.Packages.Files;

/// <summary>
/// The files of interest of the file system that layers make, base first. Symbolic links are kept where they may lead
/// to folders.
/// </summary>
internal sealed class FileTree
{
    private const int MaximumLinks = 40; // as Linux follows

    private readonly Node _root = new();
    private int _nodesLeft;
    private long _charactersLeft;

    /// <param name="maximumNodes">The most files, links and folders that are made.</param>
    /// <param name="maximumCharacters">The most characters of their paths and of what links lead to.</param>
    public FileTree(int maximumNodes, long maximumCharacters) =>
        (_nodesLeft, _charactersLeft) = (maximumNodes, maximumCharacters);

    /// <summary>True where something was not kept, since it was too much.</summary>
    public bool IsFull { get; private set; }

    /// <summary>Where a path leads, once the links in its folders are followed.</summary>
    /// <param name="path">A canonical path.</param>
    public string Resolve(string path)
    {
        var (open, done) = (new Stack<string>(path.Split('/').Reverse()), new List<(string Name, Node? Node)>());
        for (var links = 0; open.TryPop(out var segment);)
        {
            if (segment == "..")
            {
                if (done.Count > 0)
                    done.RemoveAt(done.Count - 1);
                continue;
            }
            var folder = done.Count > 0 ? done[^1].Node : _root;
            var node = folder?.Children?.GetValueOrDefault(segment);
            if (open.Count == 0 || node?.Link is not { } target)
            {
                done.Add((segment, node));
                continue;
            }
            if (++links > MaximumLinks)
                return path;
            if (target.StartsWith('/'))
                done.Clear();
            foreach (var part in target.Split('/').Where(s => s is not ("" or ".")).Reverse())
                open.Push(part);
        }
        return string.Join('/', done.Select(d => d.Name));
    }

    /// <summary>Puts a file in the place of whatever is there.</summary>
    public void PutFile(string path, PlacedFile file, int layer) => Put(path, layer, "", node => node.File = file);

    /// <summary>Puts a symbolic link in the place of whatever is there.</summary>
    public void PutLink(string path, string target, int layer) => Put(path, layer, target, node => node.Link = target);

    /// <summary>Takes away what a folder takes the place of: a file, not a folder.</summary>
    public void PutFolder(string path)
    {
        if (Find(path) is { } node)
            (node.File, node.Link) = (null, null);
    }

    /// <summary>Takes away a file, or a folder with all that is below.</summary>
    public void Remove(string path)
    {
        var at = path.LastIndexOf('/');
        if ((at < 0 ? _root : Find(path[..at])) is { } folder)
            folder.Children?.Remove(path[(at + 1)..]);
    }

    /// <summary>Takes away what lower layers have at a path and below it.</summary>
    /// <param name="path">The path; empty for the root.</param>
    /// <param name="layer">The layer that says so.</param>
    /// <param name="keepsFolder">Whether only what is below goes.</param>
    public void RemoveLower(string path, int layer, bool keepsFolder)
    {
        if ((path.Length == 0 ? _root : Find(path)) is not { } node || node.ClearedBy == layer)
            return;
        node.ClearedBy = layer;
        var open = new Stack<Node>([node]);
        while (open.TryPop(out var next))
        {
            if (next.Layer < layer && !(keepsFolder && next == node))
                (next.File, next.Link) = (null, null);
            foreach (var child in next.Children?.Values ?? Enumerable.Empty<Node>())
                open.Push(child);
        }
    }

    /// <summary>The file at a path; null where none is.</summary>
    public PlacedFile? FindFile(string path) => Find(path)?.File;

    /// <summary>All files, in the order of their paths.</summary>
    public IEnumerable<KeyValuePair<string, PlacedFile>> Files()
    {
        var found = new SortedDictionary<string, PlacedFile>(StringComparer.Ordinal);
        var open = new Stack<(string Path, Node Node)>([("", _root)]);
        while (open.TryPop(out var next))
        {
            if (next.Node.File is { } file)
                found[next.Path] = file;
            foreach (var (name, child) in next.Node.Children ?? [])
                open.Push((next.Path.Length == 0 ? name : $"{next.Path}/{name}", child));
        }
        return found;
    }

    private void Put(string path, int layer, string more, Action<Node> fill)
    {
        Remove(path);
        if (Make(path, path.Length + more.Length) is not { } node)
        {
            IsFull = true;
            return;
        }
        node.Layer = layer;
        fill(node);
    }

    private Node? Make(string path, int characters)
    {
        if (_charactersLeft < characters)
            return null;
        _charactersLeft -= characters;
        var node = _root;
        foreach (var segment in path.Split('/'))
        {
            node.Children ??= new Dictionary<string, Node>(StringComparer.Ordinal);
            if (!node.Children.TryGetValue(segment, out var child))
            {
                if (_nodesLeft == 0)
                    return null;
                _nodesLeft--;
                node.Children[segment] = child = new Node();
            }
            node = child;
        }
        return node;
    }

    // Asked for each entry of a layer, and nearly always in vain: nothing is allocated.
    private Node? Find(string path)
    {
        var node = _root;
        foreach (var range in path.AsSpan().Split('/'))
        {
            if (node.Children is null
                || !node.Children.GetAlternateLookup<ReadOnlySpan<char>>().TryGetValue(path.AsSpan(range), out node))
                return null;
        }
        return node;
    }

    private sealed class Node
    {
        public Dictionary<string, Node>? Children { get; set; }

        public PlacedFile? File { get; set; }

        public string? Link { get; set; }

        public int Layer { get; set; }

        public int ClearedBy { get; set; } = -1;
    }
}
