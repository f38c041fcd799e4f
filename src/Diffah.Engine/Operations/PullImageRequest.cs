using System.Collections.Immutable;
using Diffah.Engine.Compression;
using Diffah.Engine.Deltas;
using Diffah.Engine.Diagnostics;
using Diffah.Engine.Images;
using Diffah.Engine.Oci;
using Diffah.Engine.Operations.Requests;

namespace Diffah.Engine.Operations;

/// <summary>Which image of a registry to bring where, and what is there already.</summary>
public sealed record PullImageRequest
{
    /// <summary>The image, in a registry.</summary>
    public required ImageReference Image { get; init; }

    /// <summary>What is there: an earlier image, in whatever form. A path in it is absolute.</summary>
    public required ImageReference Baseline { get; init; }

    /// <summary>Where the image goes. A path in it is absolute.</summary>
    public required ImageReference Destination { get; init; }

    /// <summary>Images that are there besides. Paths in them are absolute.</summary>
    public ImmutableArray<ImageReference> AdditionalBaselines { get; init; } = [];

    /// <summary>
    /// Absolute path of a public key that deltas must be signed with, or what a user wrote that is no path; null looks
    /// at no signature. With a key the image is pulled plainly only where a delta that makes it is signed with the key,
    /// or the reference names its digest.
    /// </summary>
    public string? VerificationKeyPath { get; init; }

    /// <summary>
    /// Absolute path of a folder in which what was fetched stays until the image is there, so that another run goes on
    /// with it; null keeps nothing. It is made where it is not there.
    /// </summary>
    public string? ResumeDirectory { get; init; }

    /// <summary>Which image of an index is meant; null is the default platform.</summary>
    public Platform? Platform { get; init; }

    /// <summary>See <see cref="RestoreRequest.AllowConvert"/>.</summary>
    public bool AllowConvert { get; init; }

    /// <summary>Whether what refers to the image (signatures, SBOMs, attestations) is fetched too.</summary>
    public bool IncludeReferrers { get; init; }

    /// <summary>Whether an image that is there already may be replaced.</summary>
    public bool Overwrite { get; init; }

    /// <summary>Absolute path of the folder to spool in; null is the folder of the destination.</summary>
    public string? WorkDirectory { get; init; }

    /// <summary>See <see cref="RestoreRequest.Workers"/>.</summary>
    public int? Workers { get; init; }

    /// <summary>See <see cref="RestoreRequest.MemoryBudget"/>.</summary>
    public long MemoryBudget { get; init; } = EncodingOptions.DefaultMemoryBudget;

    /// <summary>See <see cref="RestoreRequest.MaxLayerSize"/>.</summary>
    public long MaxLayerSize { get; init; } = DecompressionBounds.DefaultMaximumContent;

    /// <summary>
    /// Absolute paths of further files that the command has read, which no output may replace.
    /// </summary>
    public ImmutableArray<string> FilesInUse { get; init; } = [];

    /// <summary>The image that a text names in a registry; null for any other text, such as a path.</summary>
    /// <param name="text">The text.</param>
    /// <exception cref="DiffahException">InvalidReference: it begins as the name of one and is none.</exception>
    public static ImageReference? FindImage(string text) =>
        text?.StartsWith(TransportTraits.Registry.Prefix, StringComparison.Ordinal) == true
            ? ImageReference.Parse(text)
            : null;

    /// <summary>The settings of a restore, for an image of a registry in place of an archive's.</summary>
    /// <param name="image">The image.</param>
    /// <param name="settings">The settings; its archive is not looked at.</param>
    public static PullImageRequest Of(ImageReference image, RestoreImageRequest settings)
    {
        ArgumentNullException.ThrowIfNull(settings);
        return new PullImageRequest
        {
            Image = image,
            Baseline = settings.Baseline,
            Destination = settings.Destination,
            AdditionalBaselines = settings.AdditionalBaselines,
            VerificationKeyPath = settings.VerificationKeyPath,
            Platform = settings.Platform,
            AllowConvert = settings.AllowConvert,
            Overwrite = settings.Overwrite,
            WorkDirectory = settings.WorkDirectory,
            Workers = settings.Workers,
            MemoryBudget = settings.MemoryBudget,
            MaxLayerSize = settings.MaxLayerSize,
            FilesInUse = settings.FilesInUse,
        };
    }

    /// <summary>The settings of a copy, for one that starts from what is there.</summary>
    /// <param name="copy">The copy.</param>
    /// <param name="baseline">What is there.</param>
    /// <exception cref="DiffahException">InvalidArgument: an index is to be copied whole.</exception>
    public static PullImageRequest Of(CopyImageRequest copy, ImageReference baseline)
    {
        ArgumentNullException.ThrowIfNull(copy);
        if (copy.All)
            throw new DiffahException(DiffahErrors.InvalidArgument,
                "All (--all) copies all images of an index, and Baseline (--baseline) is what one image is made from.",
                "Leave one of them out.");
        return new PullImageRequest
        {
            Image = copy.Source,
            Baseline = baseline,
            Destination = copy.Destination,
            Platform = copy.RequirePlatform ? copy.Platform : null,
            AllowConvert = copy.AllowConvert,
            IncludeReferrers = copy.IncludeReferrers,
            Overwrite = copy.Overwrite,
            WorkDirectory = copy.WorkDirectory,
            MaxLayerSize = copy.MaxLayerSize,
            FilesInUse = copy.FilesInUse,
        };
    }

    /// <summary>The settings of a restore; of no archive yet.</summary>
    internal RestoreImageRequest ToRestore() => new()
    {
        ArchivePath = Image.ToString(),
        Baseline = Baseline,
        Destination = Destination,
        AdditionalBaselines = AdditionalBaselines,
        VerificationKeyPath = VerificationKeyPath,
        Platform = Platform,
        AllowConvert = AllowConvert,
        Overwrite = Overwrite,
        WorkDirectory = WorkDirectory,
        Workers = Workers,
        MemoryBudget = MemoryBudget,
        MaxLayerSize = MaxLayerSize,
        FilesInUse = FilesInUse,
    };

    /// <summary>Refuses values out of range.</summary>
    /// <exception cref="DiffahException">InvalidArgument.</exception>
    internal void Validate()
    {
        if (Image.Traits.Grammar != TransportGrammar.Registry)
            throw new DiffahException(DiffahErrors.InvalidArgument,
                $"Deltas are published in registries, and '{Image}' is in none.",
                $"Write the image as {TransportTraits.Registry.Prefix}HOST/REPOSITORY:TAG, or give a delta archive.");
        ToRestore().ValidateSettings();
        RequestGuard.AbsolutePath(Baseline);
        RequestGuard.AbsolutePath(Destination);
        if (ResumeDirectory is { } folder)
            RequestGuard.AbsolutePath(folder);
    }
}
