using System.Collections.Immutable;
using Diffah.Engine.Deltas;
using Diffah.Engine.Deltas.Making;
using Diffah.Engine.Deltas.Reports;
using Diffah.Engine.Images;
using Diffah.Engine.Layers;
using Diffah.Engine.Oci;

namespace Diffah.Engine.Operations.Producing;

/// <summary>An index that an archive is made for, with the images that it lists.</summary>
/// <param name="Name">Its name in the archive.</param>
/// <param name="Source">Where it comes from; not owned.</param>
/// <param name="Tree">All that is below it.</param>
/// <param name="Inputs">The images that deltas are made of, in the order in which they are listed.</param>
internal sealed record TargetTree(
    string Name, IImageSource Source, ManifestTree Tree, ImmutableArray<DeltaInput> Inputs)
{
    /// <summary>What the archive says of it.</summary>
    public ArchiveIndex Describe() => new(
        Name,
        new ArchiveTarget(Tree.Root.Digest, Tree.Root.Bytes.Length, Tree.Root.MediaType)
        {
            Tag = ImageTitle.Of(Source).Tag,
        },
        [.. Inputs.Select(i => new ArchiveIndexImage(i.Name, Storable(i.Platform), Storable(PlatformOf(i.Baseline))))]);

    /// <summary>
    /// What travels whole: the index, those below it, and what it lists that is no image, with its blobs.
    /// </summary>
    /// <param name="absent">Finds what is left elsewhere.</param>
    public async Task<ImmutableArray<WholeBlob>> WholesAsync(Func<Descriptor, Task<bool>> absent)
    {
        var images = Inputs.Select(i => i.Target.Manifest.Digest).ToHashSet();
        return await WholeTree.OfAsync(
            Source, Tree.Manifests.Where(m => !images.Contains(m.Digest)), "it is part of the index", absent);
    }

    private static Platform? PlatformOf(DeltaBaseline baseline) =>
        baseline.Image is { } image ? image.Listed ?? image.Config.Platform : null;

    // An image may say anything; what is no platform says nothing.
    private static Platform? Storable(Platform? platform) =>
        Platform.TryParse(platform?.ToString(), out var storable) ? storable : null;
}

/// <summary>Lists what manifests need that travel whole.</summary>
internal static class WholeTree
{
    /// <summary>The manifests, and the blobs of those that are no indexes.</summary>
    /// <param name="source">Where they are.</param>
    /// <param name="manifests">The manifests.</param>
    /// <param name="reason">Why they travel, for people.</param>
    /// <param name="absent">Finds what is left elsewhere.</param>
    /// <exception cref="Diagnostics.DiffahException">InvalidManifest.</exception>
    public static async Task<ImmutableArray<WholeBlob>> OfAsync(
        IImageSource source, IEnumerable<RawManifest> manifests, string reason, Func<Descriptor, Task<bool>> absent)
    {
        var wholes = ImmutableArray.CreateBuilder<WholeBlob>();
        foreach (var manifest in manifests)
        {
            wholes.Add(new WholeBlob(manifest.Descriptor, BlobKind.Manifest, reason, manifest.Bytes, null));
            if (MediaTypes.IsIndex(manifest.MediaType))
                continue;
            var parsed = ImageManifest.Parse(manifest);
            foreach (var blob in parsed.Layers.Prepend(parsed.Config))
            {
                if (!await absent(blob))
                    wholes.Add(new WholeBlob(blob, BlobKind.Artifact, reason, null,
                        new Layer(blob, null, async ct => await source.OpenVerifiedAsync(blob, ct))));
            }
        }
        return wholes.ToImmutable();
    }
}
