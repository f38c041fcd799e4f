using System.Collections.Immutable;
using Diffah.Engine.Deltas.Making;
using Diffah.Engine.Diagnostics;
using Diffah.Engine.Images;
using Diffah.Engine.Images.Inventories;
using Diffah.Engine.Oci;
using Diffah.Engine.Operations.Requests;

namespace Diffah.Engine.Operations.Producing;

/// <summary>
/// Finds what a site has that an image can be made of: which of its images shares most, and that image's data on this
/// side. Where there is none, the site's layers are known by their digests, and can be left out.
/// </summary>
/// <param name="inventory">What the site has.</param>
/// <param name="sources">Images on this side that the site may have.</param>
/// <param name="events">Told what was found.</param>
internal sealed class SiteBaselines(Inventory inventory, ImmutableArray<ImageReference> sources, EventSink events)
{
    private const string SourceHint = "Name it with BaselineSource (--baseline-source) to send patches.";

    private List<Image>? _opened;

    /// <summary>What the site has.</summary>
    public Inventory Inventory => inventory;

    /// <summary>Images on this side that the site may have.</summary>
    public ImmutableArray<ImageReference> Sources => sources;

    /// <summary>
    /// True where the site has the very image: its manifest, or its configuration and so all contents.
    /// </summary>
    /// <param name="target">The image.</param>
    public bool Has(Image target) => inventory.Images.Any(
        i => i.Manifest.Digest == target.Manifest.Digest || i.Config.Digest == target.Manifest.Config.Digest);

    /// <summary>Finds the baseline of an image.</summary>
    /// <param name="name">The image's name in the archive.</param>
    /// <param name="target">The image.</param>
    /// <param name="images">Opens images.</param>
    /// <param name="cancellationToken">Stops the reads.</param>
    /// <exception cref="DiffahException">InvalidArgument: the inventory lists no image for the platform. What opening a
    /// named source throws.</exception>
    public async Task<DeltaBaseline> FindAsync(
        string name, Image target, OpenedImages images, CancellationToken cancellationToken)
    {
        _opened ??= await OpenAsync(images, cancellationToken);
        var ranked = Rank(target, images.PlatformOf(target));
        if (ranked.Length == 0)
            throw new DiffahException(DiffahErrors.InvalidArgument,
                $"The inventory lists no image for {images.PlatformOf(target)} that '{name}' could be made of.",
                "Send the image whole, for example as an oci-archive: with Copy-DiffahImage (diffah copy).");
        // Of those that share as much, one whose data is here is worth more.
        foreach (var candidate in ranked.TakeWhile(c => c.Shared == ranked[0].Shared))
        {
            if (await FindDataAsync(candidate.Image, target, images, cancellationToken) is { } data)
            {
                Tell(name, candidate, $"patches are made from {data.Source.Reference}");
                return DeltaBaseline.Of(data) with { SourceHint = candidate.Image.Name };
            }
        }
        Tell(name, ranked[0], $"its data is not on this side, so nothing is patched. {SourceHint}");
        return new DeltaBaseline(ranked[0].Image.ToManifest(), ranked[0].Image.Name);
    }

    private static string? RepositoryOf(string reference)
    {
        var text = reference[(reference.IndexOf(':') + 1)..].TrimStart('/');
        var last = text[(text.LastIndexOf('/') + 1)..].Split('@')[0].Split(':')[0];
        return last.Length == 0 ? null : last;
    }

    private async Task<List<Image>> OpenAsync(OpenedImages images, CancellationToken cancellationToken)
    {
        var opened = new List<Image>(sources.Length);
        foreach (var source in sources.Distinct())
            opened.Add(await images.GetAsync(source, cancellationToken));
        return opened;
    }

    private Candidate[] Rank(Image target, Platform platform)
    {
        var repository = RepositoryOf(target.Source.Reference.ToString());
        return
        [
            .. inventory.Images.Where(i => IsFor(i, platform)).Select(i => Measure(i, target))
                .OrderByDescending(c => c.Shared)
                .ThenByDescending(c => repository is not null && RepositoryOf(c.Image.Name) == repository),
        ];
    }

    private static bool IsFor(InventoryImage image, Platform platform) =>
        !Platform.TryParse(image.Platform, out var own) || own.Satisfies(platform with { Variant = null });

    private static Candidate Measure(InventoryImage image, Image target)
    {
        var held = image.Layers.SelectMany(l => (Digest?[])[l.Blob.Digest, l.DiffId]).OfType<Digest>().ToHashSet();
        var shared = target.Layers
            .Where(l => held.Contains(l.Digest) || (l.DiffId is { } content && held.Contains(content))).ToArray();
        return new Candidate(image, ByteSize.Sum(shared.Select(l => l.Size)), shared.Length, target.Layers.Length);
    }

    private async Task<Image?> FindDataAsync(
        InventoryImage wanted, Image target, OpenedImages images, CancellationToken cancellationToken)
    {
        if (_opened!.FirstOrDefault(i => IsSame(i, wanted)) is { } given)
            return given;
        if (wanted.Manifest.Digest is not { } digest || target.Source.Reference.AtDigest(digest) is not { } place)
            return null;
        try
        {
            return await images.GetAsync(place, cancellationToken) is { } found && IsSame(found, wanted) ? found : null;
        }
        catch (DiffahException e) when (e.Error == DiffahErrors.ImageNotFound
            || e.Error == DiffahErrors.PlatformNotFound)
        {
            events.Verbose($"{place} is not there: {e.Message}");
            return null;
        }
    }

    // The configuration names all contents, whatever form a store keeps them in.
    private static bool IsSame(Image image, InventoryImage wanted) =>
        image.Manifest.Digest == wanted.Manifest.Digest || image.Manifest.Config.Digest == wanted.Config.Digest;

    private void Tell(string name, Candidate found, string how) => events.Info(
        $"Image '{name}': the site has {Printable.Line(found.Image.Name)}, which shares {found.Layers} of "
            + $"{found.AllLayers} layers ({Human.Size(found.Shared)}); {how.TrimEnd('.')}.");

    private sealed record Candidate(InventoryImage Image, long Shared, int Layers, int AllLayers);
}
