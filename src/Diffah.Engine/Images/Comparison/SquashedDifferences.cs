using System.Runtime.CompilerServices;
using Diffah.Engine.Diagnostics;
using Diffah.Engine.Images.Comparison.Entries;
using Diffah.Engine.Oci;

namespace Diffah.Engine.Images.Comparison;

/// <summary>Compares the file systems that the layers of two images make, whatever the layers are.</summary>
/// <param name="images">The images.</param>
/// <param name="excluded">Paths that are passed over.</param>
/// <param name="tally">Counts.</param>
/// <param name="events">Whom to tell how far it has come.</param>
internal sealed class SquashedDifferences(
    ComparedImages images, ExcludedPaths excluded, ComparisonTally tally, EventSink events)
{
    private readonly Side _left = new(images.Reference, new(images.Reference, images.ReferenceTars, events));
    private readonly Side _right = new(images.Difference, new(images.Difference, images.DifferenceTars, events));
    private readonly Dictionary<Digest, LayerListing?> _shared = [];

    /// <summary>Finds all differences, path by path.</summary>
    /// <param name="cancellationToken">Stops the reading.</param>
    public async IAsyncEnumerable<ClassedDifference> FindAsync(
        [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        if (_left.Digests.SequenceEqual(_right.Digests))
        {
            tally.AddSame(_left.Image.Layers.Length);
            yield break;
        }
        await ReadAsync(cancellationToken);
        foreach (var found in OfUnread().Concat(OfFiles(cancellationToken)))
            yield return found;
    }

    private async Task ReadAsync(CancellationToken cancellationToken)
    {
        var both = _left.Digests.Intersect(_right.Digests).ToHashSet();
        for (var i = 0; i < Math.Max(_left.Image.Layers.Length, _right.Image.Layers.Length); i++)
        {
            // A layer that both have is read once; it is kept until both have put it on top.
            var mine = ListAsync(_left, i, both, cancellationToken);
            if (i < _left.Image.Layers.Length && both.Contains(_left.Image.Layers[i].Digest))
                await mine;
            var theirs = ListAsync(_right, i, both, cancellationToken);
            await Task.WhenAll(mine, theirs);
            Apply(_left, i, await mine);
            Apply(_right, i, await theirs);
        }
    }

    private async Task<LayerListing?> ListAsync(
        Side side, int index, HashSet<Digest> both, CancellationToken cancellationToken)
    {
        if (index >= side.Image.Layers.Length)
            return null;
        var layer = side.Image.Layers[index];
        if (_shared.TryGetValue(layer.Digest, out var known))
            return known;
        var listing = await side.Reading.IsElsewhereAsync(layer, cancellationToken)
            ? null
            : (await side.Reading.ListAsync(layer, side.Budget, cancellationToken)).Listing;
        if (both.Contains(layer.Digest))
            _shared[layer.Digest] = listing;
        return listing;
    }

    private static void Apply(Side side, int index, LayerListing? listing)
    {
        if (index >= side.Image.Layers.Length)
            return;
        if (listing is null)
            side.Unread.Add(index);
        else
            side.Files.Apply(side.Image.Layers[index], listing.Entries);
    }

    /// <summary>Layers that are elsewhere, or no tars: their digests are all there is.</summary>
    private IEnumerable<ClassedDifference> OfUnread()
    {
        var (mine, theirs) = (_left.UnreadText, _right.UnreadText);
        if (mine != theirs)
            yield return ClassedDifference.Of(
                new ImageDifference(DifferenceKind.Layer, DifferenceProperty.Digest, mine, theirs));
    }

    private IEnumerable<ClassedDifference> OfFiles(CancellationToken cancellationToken)
    {
        var (mine, theirs) = (_left.Files.ToDictionary(), _right.Files.ToDictionary());
        var (names, others) = (FirstNames(mine), FirstNames(theirs));
        foreach (var path in mine.Keys.Union(theirs.Keys).Where(p => !excluded.Contains(p)))
        {
            cancellationToken.ThrowIfCancellationRequested();
            var (file, other) = (mine.GetValueOrDefault(path), theirs.GetValueOrDefault(path));
            if (file is null || other is null)
            {
                yield return File(path, file, other, new(
                    DifferenceProperty.Presence, Type(file), Type(other)));
                continue;
            }
            tally.AddCompared(1);
            foreach (var difference in EntryComparison.Compare(file.Entry, other.Entry)
                .Where(d => d.Classes != IgnoredDifferences.TarFormat))
                yield return File(path, file, other, difference);
            var (name, otherName) = (Link(path, file, names), Link(path, other, others));
            if (name != otherName)
                yield return File(path, file, other, new(DifferenceProperty.Link, name, otherName));
        }
    }

    /// <summary>Of files that have several names, the first of them: that says which are one file.</summary>
    private static Dictionary<MergedFile, string> FirstNames(SortedDictionary<string, MergedFile> files)
    {
        var names = new Dictionary<MergedFile, string>();
        foreach (var (path, file) in files)
            names.TryAdd(file, path);
        return names;
    }

    private static string? Link(string path, MergedFile file, Dictionary<MergedFile, string> names) =>
        file.Entry.Type == EntryType.HardLink ? file.Entry.LinkName
        : names[file] == path ? null
        : names[file];

    private static string? Type(MergedFile? file) => file is null ? null : EntryComparison.TypeText(file.Entry);

    private static ClassedDifference File(
        string path, MergedFile? file, MergedFile? other, EntryDifference difference) => new(
        new FoundDifference(
            new ImageDifference(
                DifferenceKind.File, difference.Property, difference.Reference, difference.Difference)
            {
                Path = path,
                ReferenceSize = SizeOf(file),
                DifferenceSize = SizeOf(other),
            },
            PlaceOf(file), PlaceOf(other)),
        difference.Classes);

    private static long? SizeOf(MergedFile? file) => file is { Entry.Type: EntryType.File } ? file.Entry.Size : null;

    private static FilePlace? PlaceOf(MergedFile? file) =>
        file is null ? null : new FilePlace(file.Layer, file.Entry.HeaderOffset);

    /// <summary>One of the images.</summary>
    private sealed class Side(Image image, LayerReading reading)
    {
        public Image Image => image;

        public LayerReading Reading => reading;

        public EntryBudget Budget { get; } = new();

        public MergedFiles Files { get; } = new();

        public List<int> Unread { get; } = [];

        public IEnumerable<Digest> Digests => image.Layers.Select(l => l.Digest);

        public string? UnreadText => Unread.Count == 0
            ? null
            : string.Join(", ", Unread.Select(i => image.Layers[i].Digest.ToString()));
    }
}
