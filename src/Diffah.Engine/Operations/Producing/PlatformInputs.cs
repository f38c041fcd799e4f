using System.Globalization;
using System.Text.Json;
using Diffah.Engine.Deltas.Making;
using Diffah.Engine.Deltas.Reports;
using Diffah.Engine.Diagnostics;
using Diffah.Engine.Images;
using Diffah.Engine.Images.Comparison;
using Diffah.Engine.Oci;
using Diffah.Engine.Operations.Requests;

namespace Diffah.Engine.Operations.Producing;

/// <summary>Finds the images of an index, and the baseline of each.</summary>
/// <param name="images">Opens what references name.</param>
/// <param name="events">Whom to tell.</param>
internal sealed class PlatformInputs(OpenedImages images, EventSink events)
{
    private static readonly JsonDocument Empty = JsonDocument.Parse("{}");

    /// <summary>
    /// The baseline that was searched for, of the first image; null where it was named.
    /// </summary>
    public ChosenBaseline? Chosen { get; private set; }

    /// <summary>Opens the images of a pair, and all that is below the target's index; null where it is one image.
    /// </summary>
    /// <param name="pair">The pair.</param>
    /// <param name="cancellationToken">Stops the reads.</param>
    /// <exception cref="DiffahException">What opening images throws; InvalidArgument: the index lists no image.
    /// </exception>
    public async Task<TargetTree> OpenAsync(ArchivePair pair, CancellationToken cancellationToken)
    {
        var source = await images.OpenSourceAsync(pair.Target, cancellationToken);
        var tree = await ManifestTree.ReadAsync(source, cancellationToken);
        var targets = await TargetsAsync(source, tree, cancellationToken);
        if (targets.Count == 0)
            throw new DiffahException(DiffahErrors.InvalidArgument,
                $"{pair.Target} lists no image, so there is nothing that a delta could be made of.",
                "Copy it with Copy-DiffahImage (diffah copy).");
        var baselines = await BaselinesAsync(pair, targets, cancellationToken);
        var names = tree.IsIndex ? Names(targets) : [pair.Name];
        return new TargetTree(pair.Name, source, tree,
        [
            .. targets.Select(
                (t, i) => new DeltaInput(names[i], baselines[i], t.Image) { Platform = t.Listed.Platform }),
        ]);
    }

    private static async Task<List<OpenedListing>> TargetsAsync(
        IImageSource source, ManifestTree tree, CancellationToken cancellationToken)
    {
        if (!tree.IsIndex)
            return [await OpenAsync(source, Listing(tree.Root.Descriptor, null), tree.Root, cancellationToken)];
        var known = tree.Children.ToDictionary(m => m.Digest);
        var listed = await ListedImages.ReadAsync(source, tree.Root, cancellationToken);
        var targets = new List<OpenedListing>();
        foreach (var image in listed.Where(l => !l.Descriptor.IsAttestation).DistinctBy(l => l.Descriptor.Digest))
        {
            var manifest = known[image.Descriptor.Digest];
            if (!ImageManifest.Parse(manifest).IsArtifact)
                targets.Add(await OpenAsync(source, image, manifest, cancellationToken));
        }
        return targets;
    }

    private async Task<DeltaBaseline[]> BaselinesAsync(
        ArchivePair pair, IReadOnlyList<OpenedListing> targets, CancellationToken cancellationToken)
    {
        if (pair.Search is { } search)
        {
            var found = new List<DeltaBaseline>();
            foreach (var target in targets)
            {
                var (baseline, chosen) = await search.FindAsync(images, target.Image, events, cancellationToken);
                Chosen ??= chosen;
                found.Add(DeltaBaseline.Of(baseline));
            }
            return [.. found];
        }
        if (pair.Baseline is not { } reference)
        {
            var manifest = await BaselineManifestFile.ReadAsync(pair.BaselineManifestPath!, cancellationToken);
            return [.. targets.Select(_ => manifest)];
        }
        return await PairedAsync(reference, targets, cancellationToken);
    }

    /// <summary>The baseline index's image for the same platform; for one that it lacks, the nearest.</summary>
    private async Task<DeltaBaseline[]> PairedAsync(
        ImageReference reference, IReadOnlyList<OpenedListing> targets, CancellationToken cancellationToken)
    {
        var source = await images.OpenSourceAsync(reference, cancellationToken);
        var root = await source.GetManifestAsync(null, cancellationToken);
        if (!MediaTypes.IsIndex(root.MediaType))
        {
            var only = await OpenAsync(source, Listing(root.Descriptor, null), root, cancellationToken);
            return [.. targets.Select(_ => DeltaBaseline.Of(only.Image))];
        }
        var listed = (await ListedImages.ReadAsync(source, root, cancellationToken))
            .Where(l => !l.Descriptor.IsAttestation).ToArray();
        if (listed.Length == 0)
            throw new DiffahException(DiffahErrors.InvalidArgument,
                $"{reference} lists no image that a delta could be made from.");
        var opened = new Dictionary<Digest, OpenedListing>();
        // Where an index does not say what its images are for, their configurations do.
        for (var i = 0; i < listed.Length; i++)
        {
            if (listed[i].Platform is null)
                listed[i] = (await OpenOnceAsync(listed[i])).Listed;
        }
        var partners = IndexDifferences.Pair([.. targets.Select(t => t.Listed)], listed)
            .Where(p => p is { Left: not null, Right: not null }).ToDictionary(p => p.Left!, p => p.Right!);
        var baselines = new List<DeltaBaseline>();
        foreach (var target in targets)
        {
            if (!partners.TryGetValue(target.Listed, out var partner))
            {
                partner = Nearest(listed, target.Listed.Platform);
                events.Info($"The baseline has no image for {target.Listed.Name}: "
                    + $"it is made from the one for {partner.Name}.");
            }
            baselines.Add(DeltaBaseline.Of((await OpenOnceAsync(partner)).Image));
        }
        return [.. baselines];

        async Task<OpenedListing> OpenOnceAsync(ListedImage image)
        {
            var digest = image.Descriptor.Digest;
            return opened.GetValueOrDefault(digest) ?? (opened[digest] = await OpenAsync(
                source, image, await source.GetManifestAsync(digest, cancellationToken), cancellationToken));
        }
    }

    private static ListedImage Nearest(IReadOnlyList<ListedImage> listed, Platform? platform) => listed
        .OrderBy(l => Distance(l.Platform, platform)).First(); // stable: of equals the first

    /// <summary>What runs on the platform, then the same architecture, then the same system, then anything.</summary>
    private static long Distance(Platform? offered, Platform? asked) => (offered, asked) switch
    {
        (null, _) or (_, null) => long.MaxValue,
        var (has, wanted) when PlatformFit.Rank(has, wanted) is { } rank => rank,
        var (has, wanted) when has.OperatingSystem == wanted.OperatingSystem => has.Architecture == wanted.Architecture
            ? int.MaxValue
            : int.MaxValue + 1L,
        _ => int.MaxValue + 2L,
    };

    private static async Task<OpenedListing> OpenAsync(
        IImageSource source, ListedImage listed, RawManifest manifest, CancellationToken cancellationToken)
    {
        var image = await Image.OpenChosenAsync(
            source, new ChosenManifest(manifest, listed.Platform), cancellationToken);
        return new OpenedListing(listed.Platform is null && image.Config.Platform is { } own
            ? listed with { Platform = own, Name = own.ToString() }
            : listed, image);
    }

    private static ListedImage Listing(Descriptor descriptor, Platform? platform) =>
        new(descriptor, Empty.RootElement, platform, platform?.ToString() ?? "");

    /// <summary>The platforms' names, with a number where several images are for one.</summary>
    private static List<string> Names(IEnumerable<OpenedListing> targets)
    {
        var names = new List<string>();
        foreach (var target in targets)
        {
            var name = Name(target.Listed.Platform);
            var unique = name;
            for (var number = 2; names.Contains(unique); number++)
                unique = string.Create(CultureInfo.InvariantCulture, $"{name}-{number}");
            names.Add(unique);
        }
        return names;
    }

    private static string Name(Platform? platform)
    {
        if (!Platform.TryParse(platform?.ToString(), out var parsed))
            return "image";
        var text = parsed.ToString().ToLowerInvariant();
        var name = string.Concat(text.Select(c => char.IsAsciiLetterOrDigit(c) || c == '_' ? c : '-'));
        return char.IsAsciiLetterOrDigit(name[0]) ? name : $"image-{name}";
    }

    private sealed record OpenedListing(ListedImage Listed, Image Image);
}
