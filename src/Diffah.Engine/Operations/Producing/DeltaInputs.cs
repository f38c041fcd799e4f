using System.Collections.Immutable;
using Diffah.Engine.Content;
using Diffah.Engine.Deltas;
using Diffah.Engine.Deltas.Making;
using Diffah.Engine.Deltas.Reports;
using Diffah.Engine.Diagnostics;
using Diffah.Engine.Images;
using Diffah.Engine.Oci;
using Diffah.Engine.Operations.Requests;
using Diffah.Engine.Operations.Story;

namespace Diffah.Engine.Operations.Producing;

/// <summary>
/// The opened images an archive is made from, in ascending order of names; disposing closes their sources.
/// </summary>
/// <param name="images">Opens them; owned.</param>
/// <param name="events">Whom to tell.</param>
internal sealed class DeltaInputs(OpenedImages images, EventSink events) : IAsyncDisposable
{
    private readonly List<DeltaInput> _inputs = [];
    private readonly List<TargetTree> _trees = [];

    /// <summary>The images.</summary>
    public IReadOnlyList<DeltaInput> Images => _inputs;

    /// <summary>The indexes whose images they are.</summary>
    public IReadOnlyList<TargetTree> Indexes => [.. _trees.Where(t => t.Tree.IsIndex)];

    /// <summary>What refers to the images and indexes, and travels with them.</summary>
    public ImmutableArray<ReferrerTree> Referrers { get; private set; } = [];

    /// <summary>What travels whole beside the images.</summary>
    public ImmutableArray<WholeBlob> Wholes { get; private set; } = [];

    /// <summary>The baseline that was searched for, of a single image; null where it was named.</summary>
    public ChosenBaseline? Chosen { get; private set; }

    /// <summary>Names of the images that the site has already.</summary>
    public ImmutableArray<string> LeftOut { get; private set; } = [];

    /// <summary>The inventory that the images are for; null where they are for none.</summary>
    public ArchiveSince? Since { get; private set; }

    /// <summary>Opens the images of all pairs.</summary>
    /// <exception cref="DiffahException">What opening threw; for a bundle one error that lists every pair that can't be
    /// opened.</exception>
    public async Task OpenAsync(IReadOnlyCollection<ArchivePair> pairs, CancellationToken cancellationToken)
    {
        var problems = new ImageProblems();
        foreach (var pair in pairs.OrderBy(p => p.Name, StringComparer.Ordinal))
        {
            try
            {
                if (pair.AllPlatforms)
                    await OpenTreeAsync(pair, cancellationToken);
                else
                    await OpenOneAsync(pair, cancellationToken);
            }
            catch (Exception e) when (pairs.Count > 1 && e is not OperationCanceledException)
            {
                problems.Add(pair.Name, DiffahException.From(e));
            }
        }
        if (problems.Any)
            throw problems.ToError("Images of the bundle can't be opened");
        if (_inputs.Count == 0)
            throw new DiffahException(DiffahErrors.NothingNew,
                $"The site has all images already, so there is nothing to send: {ShortText.List(LeftOut)}.");
    }

    /// <summary>The platform of the targets, which must agree; what was asked for where they do not say.</summary>
    /// <exception cref="DiffahException">InvalidArgument.</exception>
    public Platform AgreedPlatform(Platform requested)
    {
        // What an index lists an image for says more than the image itself: a variant.
        var platforms = _inputs.Select(i => StorablePlatform(i) ?? requested).Distinct().ToArray();
        if (Indexes.Count > 0)
            return platforms.OrderBy(p => PlatformFit.Rank(p, requested) ?? int.MaxValue).First();
        return platforms.Length == 1
            ? Listed(platforms[0])
            : throw new DiffahException(DiffahErrors.InvalidArgument,
                $"The target images are for different platforms: {string.Join<Platform>(", ", platforms)}.",
                "Make one archive for each platform.");
    }

    public ValueTask DisposeAsync() => images.DisposeAsync();

    // An image may say anything; what is no platform says nothing.
    private static Platform? StorablePlatform(DeltaInput input) =>
        Platform.TryParse((input.Platform ?? input.Target.Config.Platform)?.ToString(), out var platform)
            ? platform
            : null;

    /// <summary>
    /// With the variant that the index lists all targets for, where they do not say it themselves: the baseline is
    /// picked by it when the archive is restored.
    /// </summary>
    private Platform Listed(Platform agreed) =>
        agreed.Variant is null && _inputs.Select(i => i.Target.Listed).Distinct().ToArray() is [{ } listed]
            && Platform.TryParse(listed.ToString(), out var exact) && exact.Satisfies(agreed)
            ? exact
            : agreed;

    // Null where the site has the image.
    private async Task<DeltaInput?> TryOpenAsync(ArchivePair pair, CancellationToken cancellationToken)
    {
        if (pair.Site is not { } site)
            return await OpenAsync(pair, cancellationToken);
        Since = new ArchiveSince(site.Inventory.Digest, site.Inventory.CreatedAt);
        var target = await images.GetAsync(pair.Target, cancellationToken);
        if (site.Has(target))
        {
            LeftOut = LeftOut.Add(pair.Name);
            events.Info($"Image '{pair.Name}': the site has it already; it is left out.");
            return null;
        }
        if (pair.Baseline is not null)
            return await OpenAsync(pair, cancellationToken);
        var baseline = await site.FindAsync(pair.Name, target, images, cancellationToken);
        return await WithAbsentAsync(pair, baseline, target, cancellationToken);
    }

    private async Task<DeltaInput> OpenAsync(ArchivePair pair, CancellationToken cancellationToken)
    {
        if (pair.Search is { } search)
            return await OpenAsync(pair, search, cancellationToken);
        var baseline = pair.Baseline is { } reference
            ? DeltaBaseline.Of(await images.GetAsync(reference, cancellationToken))
            : await BaselineManifestFile.ReadAsync(pair.BaselineManifestPath!, cancellationToken);
        var others = await OpenOthersAsync(pair, baseline, cancellationToken);
        return await WithAbsentAsync(
            pair, baseline, await images.GetAsync(pair.Target, cancellationToken), cancellationToken) with
        {
            OtherBaselines = others,
            NeedsAllBaselines = pair.NeedsAllBaselines && !others.IsEmpty,
        };
    }

    /// <summary>The baselines beside the first; an image that is named twice counts once.</summary>
    private async Task<ImmutableArray<DeltaBaseline>> OpenOthersAsync(
        ArchivePair pair, DeltaBaseline first, CancellationToken cancellationToken)
    {
        var others = new List<DeltaBaseline>();
        foreach (var reference in pair.OtherBaselines)
            others.Add(DeltaBaseline.Of(await images.GetAsync(reference, cancellationToken)));
        return
        [
            .. others.Where(o => o.Manifest.Digest != first.Manifest.Digest).DistinctBy(o => o.Manifest.Digest),
        ];
    }

    private async Task OpenTreeAsync(ArchivePair pair, CancellationToken cancellationToken)
    {
        var opening = new PlatformInputs(images, events);
        var tree = await opening.OpenAsync(pair, cancellationToken);
        Chosen ??= opening.Chosen;
        foreach (var input in tree.Inputs)
            _inputs.Add(input with { Absent = await FindAbsentAsync(input.Target, cancellationToken) });
        _inputs.Sort((one, other) => string.CompareOrdinal(one.Name, other.Name));
        _trees.Add(tree);
        if (tree.Tree.IsIndex)
            Wholes = Wholes.AddRange(await tree.WholesAsync(
                blob => tree.Source.LeavesElsewhereAsync(blob, cancellationToken)));
        if (pair.IncludeReferrers)
            await AddReferrersAsync(tree.Source, tree.Tree.Manifests.Select(m => m.Digest), cancellationToken);
    }

    private async Task OpenOneAsync(ArchivePair pair, CancellationToken cancellationToken)
    {
        if (await TryOpenAsync(pair, cancellationToken) is not { } input)
            return;
        _inputs.Add(input);
        if (pair.IncludeReferrers)
            await AddReferrersAsync(input.Target.Source, [input.Target.Manifest.Digest], cancellationToken);
    }

    private async Task AddReferrersAsync(
        IImageSource source, IEnumerable<Digest> subjects, CancellationToken cancellationToken)
    {
        var found = await ReferrerTrees.TakeAlongAsync(source, subjects, events, cancellationToken);
        Referrers = [.. Referrers.Concat(found).DistinctBy(r => r.Digest).OrderBy(r => r.Digest)];
        foreach (var referrer in found)
            Wholes = Wholes.AddRange(await WholeTree.OfAsync(source, referrer.Tree.Manifests, "it refers to the image",
                blob => source.LeavesElsewhereAsync(blob, cancellationToken)));
    }

    // What the target is decides here which image is its baseline, so it comes first.
    private async Task<DeltaInput> OpenAsync(
        ArchivePair pair, BaselineSearch search, CancellationToken cancellationToken)
    {
        var target = await images.GetAsync(pair.Target, cancellationToken);
        (var baseline, Chosen) = await search.FindAsync(images, target, events, cancellationToken);
        return await WithAbsentAsync(pair, DeltaBaseline.Of(baseline), target, cancellationToken);
    }

    private static async Task<DeltaInput> WithAbsentAsync(
        ArchivePair pair, DeltaBaseline baseline, Image target, CancellationToken cancellationToken)
    {
        return new DeltaInput(pair.Name, baseline, target)
        {
            Absent = await FindAbsentAsync(target, cancellationToken),
        };
    }

    private static async Task<ImmutableHashSet<Digest>> FindAbsentAsync(
        Image target, CancellationToken cancellationToken)
    {
        var absent = ImmutableHashSet.CreateBuilder<Digest>();
        foreach (var layer in target.Manifest.Layers.Where(l => l.HasUrls).DistinctBy(l => l.Digest))
        {
            if (await target.Source.LeavesElsewhereAsync(layer, cancellationToken))
                absent.Add(layer.Digest);
        }
        return absent.ToImmutable();
    }
}

/// <summary>One image that an archive is made for.</summary>
/// <param name="Name">Its name in the archive.</param>
/// <param name="Baseline">The image the other side has; null where only its manifest is left.</param>
/// <param name="BaselineManifestPath">Absolute path of the baseline's manifest; null where there is a
/// <paramref name="Baseline"/>.</param>
/// <param name="Target">The image the other side is to get.</param>
internal sealed record ArchivePair(
    string Name, ImageReference? Baseline, string? BaselineManifestPath, ImageReference Target)
{
    /// <summary>Further images that the other side has, or may have.</summary>
    public ImmutableArray<ImageReference> OtherBaselines { get; init; } = [];

    /// <summary>Whether the other side has all of the baselines.</summary>
    public bool NeedsAllBaselines { get; init; }

    /// <summary>Whether all images of the target's index are meant, and the index itself.</summary>
    public bool AllPlatforms { get; init; }

    /// <summary>Whether what refers to the target is taken along.</summary>
    public bool IncludeReferrers { get; init; }

    /// <summary>The site that the image is for; null where it is for none that is known.</summary>
    public SiteBaselines? Site { get; init; }

    /// <summary>How the baseline is found; null where it is named.</summary>
    public BaselineSearch? Search { get; init; }

    /// <exception cref="Diagnostics.DiffahException">InvalidArgument.</exception>
    public void RequireAbsolutePaths()
    {
        if (Baseline is not null)
            RequestGuard.AbsolutePath(Baseline);
        foreach (var other in OtherBaselines)
            RequestGuard.AbsolutePath(other);
        if (BaselineManifestPath is not null)
            RequestGuard.AbsolutePath(BaselineManifestPath);
        if (Search?.FilePath is { } file)
            RequestGuard.AbsolutePath(file);
        foreach (var source in Site?.Sources ?? [])
            RequestGuard.AbsolutePath(source);
        RequestGuard.AbsolutePath(Target);
    }
}

/// <summary>Reads a baseline of which nothing but the manifest is left.</summary>
internal static class BaselineManifestFile
{
    /// <exception cref="DiffahException">FileNotFound, InvalidArgument (an index), InvalidManifest, InvalidDigest,
    /// SizeMismatch.</exception>
    public static async Task<DeltaBaseline> ReadAsync(string path, CancellationToken cancellationToken)
    {
        var bytes = await ReadBytesAsync(path, cancellationToken);
        try
        {
            var mediaType = ImageManifest.DetectMediaType(bytes, null);
            if (MediaTypes.IsIndex(mediaType))
                throw new DiffahException(DiffahErrors.InvalidArgument,
                    $"'{path}' is an index of several images ({mediaType}), not the manifest of one.",
                    "Give the manifest of the baseline image itself: one that the index lists.");
            return new DeltaBaseline(ImageManifest.Parse(new RawManifest(bytes, mediaType)), Path.GetFileName(path));
        }
        catch (DiffahException e) when (e.Error == DiffahErrors.InvalidManifest
            || e.Error == DiffahErrors.InvalidDigest)
        {
            throw new DiffahException(e.Error, $"'{path}' is not the manifest of an image: {e.Message}",
                "Give the manifest as it was stored, for example what skopeo inspect --raw wrote.", e);
        }
    }

    private static async Task<byte[]> ReadBytesAsync(string path, CancellationToken cancellationToken)
    {
        // As it is: the digest is that of the bytes, so a file that a shell wrote anew is another manifest.
        return await SmallFile.ReadAsync(
            path, RawManifest.MaximumSize, why => new DiffahException(DiffahErrors.SizeMismatch, $"'{path}' {why}."),
            cancellationToken)
            ?? throw new DiffahException(DiffahErrors.FileNotFound, $"The manifest file '{path}' does not exist.");
    }
}
