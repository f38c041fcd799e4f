using System.Collections.Immutable;
using System.Globalization;
using Diffah.Engine.Deltas;
using Diffah.Engine.Deltas.Reports;
using Diffah.Engine.Diagnostics;

namespace Diffah.Engine.Reports;

/// <summary>What a report says of the layers of an image in an archive.</summary>
/// <param name="image">The image.</param>
/// <param name="limits">How much is written out.</param>
internal sealed class LayerSections(DeltaArchiveImage image, ReportLimits limits)
{
    // A map is as wide as a telephone: more parts could not be told from one another.
    private const int MostOnMap = 60;
    private const int BuildStepWidth = 160;

    /// <summary>How a layer comes to the other side.</summary>
    /// <param name="layer">The layer.</param>
    public static LayerWay WayOf(DeltaArchiveLayer layer) => layer.Encoding switch
    {
        nameof(BlobOrigin.Full) => LayerWay.Whole,
        nameof(BlobOrigin.Patch) => LayerWay.Patched,
        _ => LayerWay.Reused,
    };

    /// <summary>The word for it.</summary>
    /// <param name="way">How it comes.</param>
    public static string WordOf(LayerWay way) => way.ToString().ToLowerInvariant();

    /// <summary>The layers as they are, and what travels of them; null where there is nothing to show.</summary>
    public ReportSection? Map()
    {
        var rows = new[] { RowOf("The image", l => l.TargetSize), RowOf("What travels", l => l.ArchiveSize) }
            .Where(row => row.Layers.Any(l => l.Size > 0)).ToImmutableArray();
        return rows.IsEmpty ? null : new ReportSection("Layer map", [new LayerMap(rows)]);
    }

    /// <summary>Layers, bytes by kind, files by what they take, advice, and what a restore needs.</summary>
    public IEnumerable<ReportBlock> Build()
    {
        yield return Layers();
        if (BytesByKind() is { } bytes)
            yield return bytes;
        if (FilesByCost() is { } files)
            yield return files;
        if (!image.Waste.IsEmpty)
            yield return Advice();
        if (!image.BaselineReads.IsEmpty)
            yield return Needs();
        if (limits.HasDigests)
            yield return Digests();
    }

    private MapRow RowOf(string name, Func<DeltaArchiveLayer, long> size)
    {
        var shown = image.Layers.Take(MostOnMap).Select(l => new MapLayer(Number(l.Index), WayOf(l), size(l),
            Math.Min(l.ArchiveSize, size(l)),
            $"Layer {l.Index}, {WordOf(WayOf(l))}: {Human.Size(l.ArchiveSize)} travel of {Human.Size(l.TargetSize)}"));
        var rest = image.Layers.Skip(MostOnMap).ToArray();
        if (rest.Length > 0)
            shown = shown.Append(new MapLayer("…", LayerWay.Reused, ByteSize.Sum(rest.Select(size)),
                ByteSize.Sum(rest.Select(l => l.ArchiveSize)),
                $"{ReportBuilder.Count(rest.Length, "layer")} more, of any kind"));
        var ways = image.Layers.GroupBy(WayOf).OrderBy(g => g.Key).Select(g =>
            $"{ReportBuilder.Count(g.Count(), "layer")} {WordOf(g.Key)}, {SizeOf(g, size)}");
        return new MapRow($"{name}: {string.Join("; ", ways)}.", [.. shown]);
    }

    private ReportSection Layers()
    {
        var most = Math.Max(1, image.Layers.Select(l => l.ArchiveSize).DefaultIfEmpty().Max());
        return new ReportSection("Layers",
        [
            ReportBuilder.Table("The layers of the image, base first",
                [
                    new("Layer", true), new("Comes"), new("Travels", true), new("Size", true), new("Spared", true),
                    new("Made by the step"), new("Compressed by"),
                ],
                image.Layers,
                l =>
                [
                    Number(l.Index), new TableCell(WordOf(WayOf(l))) { Way = WayOf(l) },
                    new TableCell(Human.Size(l.ArchiveSize)) { Share = (double)l.ArchiveSize / most },
                    Human.Size(l.TargetSize),
                    Human.Percent(l.SparedRatio), ReportText.Code(ShortText.BuildStep(l.CreatedBy, BuildStepWidth)),
                    ReportText.Code(l.Encoder),
                ], limits.Rows),
        ]);
    }

    private ReportSection? BytesByKind()
    {
        var shares = Distinct().SelectMany(l => l.Bytes).GroupBy(b => b.Kind).Select(g =>
            new ByteShare(g.Key, ByteSize.Sum(g.Select(b => b.Files)), ByteSize.Sum(g.Select(b => b.TargetSize)),
                ByteSize.Sum(g.Select(b => b.ArchiveSize))))
            .OrderByDescending(b => b.ArchiveSize).ThenByDescending(b => b.TargetSize).ToArray();
        if (shares.Length == 0)
            return null;
        var most = Math.Max(1, shares.Max(b => b.ArchiveSize));
        return new ReportSection("Where the bytes are",
        [
            ReportBuilder.Table("Bytes by kind",
                [
                    new("Kind"), new("Travels", true), new("In the image", true), new("Files", true), new("Meaning"),
                ],
                shares,
                b =>
                [
                    b.Kind.ToLowerInvariant(),
                    new TableCell(Human.Size(b.ArchiveSize)) { Share = (double)b.ArchiveSize / most },
                    Human.Size(b.TargetSize), b.Files == 0 ? "" : Number(b.Files), MeaningOf(b.Kind),
                ], limits.Rows),
            new Paragraph("Of a layer that is made of its content the bytes are those of the content, which is not "
                + "compressed; of any other layer those of the layer as it is stored."),
        ]);
    }

    private ReportSection? FilesByCost()
    {
        var all = Distinct().DistinctBy(l => l.ContentDigest ?? l.Digest).ToArray();
        var files = all.SelectMany(l => l.Files.Select(f => (File: f, l.Index)))
            .OrderByDescending(f => f.File.ArchiveSize).ThenBy(f => f.File.Path, StringComparer.Ordinal)
            .Take(limits.Rows).ToArray();
        if (files.Length == 0)
            return null;
        var told = all.Where(l => !l.Files.IsEmpty).SelectMany(l => l.Bytes).Where(b => b is { Files: > 0 }
            && b.Kind != ByteKind.Unchanged).ToArray();
        var count = ByteSize.Sum(told.Select(b => b.Files)) - files.Length;
        var bytes = ByteSize.Sum(told.Select(b => b.ArchiveSize)) - ByteSize.Sum(files.Select(f => f.File.ArchiveSize));
        var most = Math.Max(1, files[0].File.ArchiveSize);
        return new ReportSection("Files that take most",
        [
            ReportBuilder.Table("Files by what they take in the archive",
                [new("File"), new("Travels", true), new("Size", true), new("Kind"), new("Layer", true), new("Made of")],
                files,
                f =>
                [
                    ReportText.Code(f.File.Path),
                    new TableCell(Human.Size(f.File.ArchiveSize)) { Share = (double)f.File.ArchiveSize / most },
                    Human.Size(f.File.TargetSize), f.File.Kind.ToLowerInvariant(), Number(f.Index),
                    ReportText.Code(f.File.From),
                ], limits.Rows) with
            {
                More = count > 0
                    ? $"and {ReportBuilder.Count(count, "more file", "more files")}, which take {Human.Size(bytes)}"
                    : null,
            },
        ]);
    }

    private ReportSection Advice() => new("What would make it smaller",
    [
        .. image.Waste.GroupBy(w => w.Advice).Take(limits.Rows).Select(layers => new Notice(
            $"{NumbersOf(layers)}: {layers.Key}")),
    ]);

    private string NumbersOf(IEnumerable<LayerWaste> waste)
    {
        var digests = waste.Select(w => w.Digest).ToHashSet();
        var layers = Distinct().Where(l => digests.Contains(l.Digest)).ToArray();
        var numbers = ShortText.List([.. layers.Select(l => Number(l.Index))]);
        return $"{(layers.Length == 1 ? "Layer" : "Layers")} {numbers}, "
            + $"{SizeOf(layers, l => l.ArchiveSize)} for {SizeOf(layers, l => l.TargetSize)}";
    }

    private ReportSection Needs() => new("What a restore reads of the baseline",
    [
        new Paragraph(ReportBuilder.Count(image.BaselineReads.Length, "layer")
            + (image.BaselineReadBytes is { } bytes ? $", {Human.SizeAndBytes(bytes)}." : ".")
            + " Layers that are reused are copied beside these, where the destination lacks them."),
        ReportBuilder.Table("Contents or blobs of the baseline", [new("Digest")], image.BaselineReads,
            d => [ReportText.Code(d)], limits.Rows),
    ]);

    private ReportSection Digests() => new("Digests of the layers",
    [
        ReportBuilder.Table("Digests of the layers, and of their contents",
            [new("Layer", true), new("Digest"), new("Content")], image.Layers,
            l => [Number(l.Index), ReportText.Code(l.Digest), ReportText.Code(l.ContentDigest)], limits.Rows),
    ]);

    // An image may have a layer twice, which travels once.
    private IEnumerable<DeltaArchiveLayer> Distinct() => image.Layers.DistinctBy(l => l.Digest);

    private static string MeaningOf(string kind) => kind switch
    {
        ByteKind.Reused => "layers, or their contents, that the baseline has",
        ByteKind.Unchanged => "files that the baseline has at the same path",
        ByteKind.Moved => "files that the baseline has at another path",
        ByteKind.Repeated => "files with the bytes of another file of the layer",
        ByteKind.Patched => "made of what the baseline has",
        ByteKind.Alternatives => "patches that make the same for who has another baseline",
        ByteKind.New => "nothing of the baseline tells them",
        ByteKind.Structure => "names, times and owners of files",
        ByteKind.Recipe => "how layers are compressed",
        _ => "",
    };

    private static string SizeOf(IEnumerable<DeltaArchiveLayer> layers, Func<DeltaArchiveLayer, long> size) =>
        Human.Size(ByteSize.Sum(layers.Select(size)));

    private static string Number(long number) => number.ToString(CultureInfo.InvariantCulture);
}
