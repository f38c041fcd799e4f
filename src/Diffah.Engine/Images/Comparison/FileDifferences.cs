using System.Globalization;
using Diffah.Engine.Images.Comparison.Entries;
using Diffah.Engine.Layers;
using Diffah.Engine.Tar;

namespace Diffah.Engine.Images.Comparison;

/// <summary>Compares the entries of two layers.</summary>
/// <param name="left">The first layer.</param>
/// <param name="right">The other one.</param>
/// <param name="place">The place that differences are told with.</param>
/// <param name="excluded">Paths that are passed over.</param>
/// <param name="tally">Counts files.</param>
internal sealed class FileDifferences(
    Layer left, Layer right, int place, ExcludedPaths excluded, ComparisonTally tally)
{
    private LinkGroups _leftLinks = new([]);
    private LinkGroups _rightLinks = new([]);
    private int _written;
    private (string Path, TarPart Part, string Left, string Right)? _firstWritten;

    /// <summary>Compares two tars that are not the same.</summary>
    /// <param name="mine">The entries of the first layer.</param>
    /// <param name="theirs">Those of the other one.</param>
    public IEnumerable<ClassedDifference> Of(LayerListing mine, LayerListing theirs)
    {
        var (ours, others) = (Included(mine), Included(theirs));
        (_leftLinks, _rightLinks) = (new LinkGroups(mine.Entries), new LinkGroups(theirs.Entries));
        var pairs = EntryPairs.Of(ours, others);
        tally.AddCompared(pairs.PathCount);
        var isTold = false;
        foreach (var found in Files(pairs).Concat(Counts(pairs)).Concat(Order(pairs)))
        {
            isTold = true;
            yield return found;
        }
        var isWhole = ours.Count == mine.Entries.Count && others.Count == theirs.Entries.Count;
        if (_firstWritten is { } first)
            yield return Written(first);
        else if (isWhole && (!mine.End.IsAlike(theirs.End) || !isTold))
            yield return Layer(DifferenceProperty.TarFormat, $"{mine.End}", $"{theirs.End}, or filled up otherwise",
                IgnoredDifferences.TarFormat);
    }

    private IReadOnlyList<LayerEntry> Included(LayerListing listing) =>
        [.. listing.Entries.Where(e => !excluded.Contains(e.Path))];

    private IEnumerable<ClassedDifference> Files(EntryPairs pairs)
    {
        foreach (var entry in pairs.OnlyLeft)
            yield return File(entry, null, new(DifferenceProperty.Presence, EntryComparison.TypeText(entry), null));
        foreach (var (mine, theirs) in pairs.Both)
        {
            var differences = EntryComparison.Compare(mine, theirs).Select(d => ByOrder(d, mine, theirs))
                .Concat(Links(mine, theirs)).ToList();
            foreach (var difference in differences)
                yield return File(mine, theirs, difference);
            LookAtWriting(mine, theirs, differences);
        }
        foreach (var entry in pairs.OnlyRight)
            yield return File(null, entry, new(DifferenceProperty.Presence, null, EntryComparison.TypeText(entry)));
    }

    private IEnumerable<ClassedDifference> Counts(EntryPairs pairs) => pairs.Counts.Select(
        c => File(c.Left, c.Right, new(DifferenceProperty.Count, Number(c.LeftCount), Number(c.RightCount))));

    private IEnumerable<ClassedDifference> Order(EntryPairs pairs)
    {
        var count = pairs.CountMoved(out var first);
        return first is not { } moved
            ? []
            : [Layer(DifferenceProperty.FileOrder, $"{moved.Entry.Path} is entry {Number(moved.Left)}",
                $"{moved.Entry.Path} is entry {Number(moved.Right)}; entries that stand elsewhere: {Number(count)}",
                IgnoredDifferences.FileOrder)];
    }

    // Where hard links lead; the same names of one file, of which another comes first, are a matter of order.
    private IEnumerable<EntryDifference> Links(LayerEntry mine, LayerEntry theirs)
    {
        if (mine.Type == EntryType.HardLink && theirs.Type == EntryType.HardLink && mine.LinkName != theirs.LinkName)
            yield return ByOrder(
                new EntryDifference(DifferenceProperty.Link, mine.LinkName, theirs.LinkName), mine, theirs);
    }

    private EntryDifference ByOrder(EntryDifference difference, LayerEntry mine, LayerEntry theirs) =>
        difference.Property is DifferenceProperty.Type or DifferenceProperty.Link
        && (mine.Type == EntryType.HardLink || theirs.Type == EntryType.HardLink)
        && _leftLinks.NamesOf(mine) is { } names && _rightLinks.NamesOf(theirs) is { } others
        && names.SetEquals(others)
            ? difference with { Classes = IgnoredDifferences.FileOrder }
            : difference;

    private void LookAtWriting(LayerEntry mine, LayerEntry theirs, List<EntryDifference> differences)
    {
        if (EntryComparison.WrittenOtherwise(mine, theirs, differences) is not { } part)
            return;
        _written++;
        _firstWritten ??= (mine.Path, part, mine.Metadata.Format, theirs.Metadata.Format);
    }

    private ClassedDifference Written((string Path, TarPart Part, string Left, string Right) first) => Layer(
        DifferenceProperty.TarFormat, first.Left,
        $"{first.Right}; entries that are written in another way: {Number(_written)}, "
            + $"the first {first.Path} ({first.Part})",
        IgnoredDifferences.TarFormat);

    private ClassedDifference Layer(string property, string mine, string theirs, IgnoredDifferences classes) =>
        ClassedDifference.Of(
            new ImageDifference(DifferenceKind.Layer, property, mine, theirs) { Layer = place }, classes);

    private ClassedDifference File(LayerEntry? mine, LayerEntry? theirs, EntryDifference difference)
    {
        var (file, other) = (mine is null ? null : _leftLinks.FileOf(mine),
            theirs is null ? null : _rightLinks.FileOf(theirs));
        var told = new ImageDifference(
            DifferenceKind.File, difference.Property, difference.Reference, difference.Difference)
        {
            Path = (mine ?? theirs)!.Path,
            Layer = place,
            ReferenceSize = SizeOf(file),
            DifferenceSize = SizeOf(other),
        };
        return new ClassedDifference(
            new FoundDifference(told, PlaceOf(left, file ?? mine), PlaceOf(right, other ?? theirs)),
            difference.Classes);
    }

    private static long? SizeOf(LayerEntry? entry) => entry is { Type: EntryType.File } ? entry.Size : null;

    private static FilePlace? PlaceOf(Layer layer, LayerEntry? entry) =>
        entry is null ? null : new FilePlace(layer, entry.HeaderOffset);

    private static string Number(int number) => number.ToString(CultureInfo.InvariantCulture);
}
