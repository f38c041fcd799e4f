using System.Collections.Immutable;
using System.Globalization;
using Diffah.Engine.Deltas.Reports;
using Diffah.Engine.Diagnostics;

namespace Diffah.Engine.Reports;

/// <summary>The report of a delta archive: of the whole, and of each of its images.</summary>
/// <param name="model">What is known.</param>
/// <param name="limits">How much of it is written out.</param>
internal sealed class ArchiveSections(ReportModel model, ReportLimits limits)
{
    /// <summary>The report.</summary>
    /// <param name="archive">The archive.</param>
    public ReportDocument Build(DeltaArchive archive)
    {
        var isBundle = archive.Images.Length != 1;
        var blocks = ImmutableArray.CreateBuilder<ReportBlock>();
        blocks.Add(FiguresOf(archive));
        blocks.Add(SignatureNotice());
        if (isBundle)
            blocks.AddRange(BundleSections(archive));
        else
            blocks.AddRange(ImageSectionsOf(archive.Images[0], limits));
        blocks.Add(AboutArchive(archive));
        return new ReportDocument(ReportText.Code(Path.GetFileName(archive.Path)),
            isBundle ? $"A bundle of {ReportBuilder.Count(archive.Images.Length, "image")} for {archive.Platform}"
                : Subtitle(archive.Images[0], archive.Platform), blocks.ToImmutable());
    }

    private static ReportText Subtitle(DeltaArchiveImage image, string platform)
    {
        var baseline = image.BaselineSourceHint.Length > 0 ? ReportText.Code(image.BaselineSourceHint)
            : ReportBuilder.ShortDigest(image.BaselineManifestDigest);
        return "A delta from " + baseline + " to the image "
            + ReportBuilder.ShortDigest(image.TargetManifestDigest) + $" for {Printable.Line(platform)}";
    }

    private static KeyFigures FiguresOf(DeltaArchive archive)
    {
        var layers = archive.Images.SelectMany(i => i.Layers).DistinctBy(l => l.Digest).ToArray();
        return new KeyFigures(
        [
            new(Human.Size(archive.ArchiveBytes), "travel"),
            new(Human.Size(archive.ImageBytes), archive.Images.Length == 1 ? "the image, whole" : "the images, whole"),
            new(Human.Percent(archive.SparedRatio), "spared"),
            .. layers.CountBy(l => LayerSections.WayOf(l)).OrderBy(w => w.Key).Select(w =>
                new KeyFigure(w.Value.ToString(CultureInfo.InvariantCulture),
                    $"{(w.Value == 1 ? "layer" : "layers")} {LayerSections.WordOf(w.Key)}")),
        ]);
    }

    private Notice SignatureNotice() => model.Signature switch
    {
        SignatureState.Verified => new Notice(
            "Signed, and verified with the key that was given.", IsGood: true),
        SignatureState.NotVerified => new Notice(
            "Signed, not verified: no key was given, so nothing here says who made the archive."),
        _ => new Notice("Not signed: nothing says who made the archive."),
    };

    private IEnumerable<ReportBlock> BundleSections(DeltaArchive archive)
    {
        var shared = limits.For(archive.Images.Length);
        var shown = archive.Images.Take(limits.Images).Select((image, index) => (image, Anchor: $"image-{index + 1}"))
            .ToArray();
        yield return new ReportSection("Images",
            [ReportBuilder.Table("The images of the bundle",
                [new("Image"), new("Size", true), new("Travels", true), new("Spared", true), new("Layers", true)],
                shown,
                one =>
                [
                    new TableCell(ReportText.Code(one.image.Name)) { Anchor = one.Anchor },
                    Human.Size(one.image.ImageBytes), TravelsOf(one.image, archive),
                    Human.Percent(one.image.SparedRatio),
                    $"{one.image.ArchiveLayerCount} of {one.image.LayerCount} travel",
                ], limits.Images) with
            {
                More = archive.Images.Length > shown.Length ? $"and {archive.Images.Length - shown.Length} more" : null,
            },
            new Paragraph("Images may share layers: what they share travels once, and counts for each."),
            ]);
        foreach (var (image, anchor) in shown)
            yield return new ReportSection("Image " + ReportText.Code(image.Name),
                [new Paragraph(Subtitle(image, archive.Platform) + "."), .. ImageSectionsOf(image, shared)])
            {
                Anchor = anchor,
            };
    }

    private static TableCell TravelsOf(DeltaArchiveImage image, DeltaArchive archive)
    {
        var most = archive.Images.Max(i => i.ArchiveBytes);
        return new TableCell(Human.Size(image.ArchiveBytes))
        {
            Share = most == 0 ? null : (double)image.ArchiveBytes / most,
        };
    }

    private static IEnumerable<ReportBlock> ImageSectionsOf(DeltaArchiveImage image, ReportLimits rows)
    {
        var layers = new LayerSections(image, rows);
        if (layers.Map() is { } map)
            yield return map;
        if (image.Changes is { } changes)
        {
            foreach (var section in ChangeSections.Of(changes, rows))
                yield return section;
        }
        foreach (var section in layers.Build())
            yield return section;
    }

    private ReportSection AboutArchive(DeltaArchive archive)
    {
        var facts = ImmutableArray.CreateBuilder<Fact>();
        facts.Add(new("Archive", ReportText.Code(Path.GetFileName(archive.Path)) + ", "
            + Human.SizeAndBytes(archive.ArchiveBytes)));
        facts.Add(new("Images, whole", Human.SizeAndBytes(archive.ImageBytes)));
        facts.Add(new("Spared", $"{Human.SizeAndBytes(archive.SparedBytes)}, {Human.Percent(archive.SparedRatio)}"));
        facts.Add(new("Platform", ReportText.Code(archive.Platform)));
        facts.Add(new("Made", archive.CreatedAt.UtcDateTime.ToString(
            "yyyy-MM-dd HH:mm:ss 'UTC'", CultureInfo.InvariantCulture)));
        facts.Add(new("Made by", ReportText.Code($"{archive.Tool} {archive.ToolVersion}")));
        facts.Add(new("Format", ReportText.Code($"{archive.Version} {archive.Feature}")));
        facts.Add(new("Signature", SignatureNotice().Text));
        foreach (var image in archive.Images.Take(limits.Images))
            facts.AddRange(DigestsOf(image, archive.Images.Length > 1));
        return new ReportSection("The archive", [new Facts(facts.ToImmutable())]);
    }

    private static IEnumerable<Fact> DigestsOf(DeltaArchiveImage image, bool isNamed)
    {
        var name = isNamed ? " " + ReportText.Code(image.Name) : ReportText.Empty;
        yield return new("Image" + name, ReportText.Code(image.TargetManifestDigest));
        yield return new("Baseline" + name, ReportText.Code(image.BaselineManifestDigest));
    }
}
