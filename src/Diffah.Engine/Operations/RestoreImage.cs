using System.Collections.Immutable;
using Diffah.Engine.Deltas.Model;
using Diffah.Engine.Diagnostics;
using Diffah.Engine.Images;
using Diffah.Engine.Oci;

namespace Diffah.Engine.Operations;

/// <summary>What to rebuild an image from, and where to.</summary>
public sealed record RestoreImageRequest
{
    /// <summary>Absolute path of the delta archive.</summary>
    public required string ArchivePath { get; init; }

    /// <summary>The baseline the delta was made from. A path in it is absolute.</summary>
    public required ImageReference Baseline { get; init; }

    /// <summary>Where the image goes. A path in it is absolute.</summary>
    public required ImageReference Destination { get; init; }

    /// <summary>Which image of a baseline index is meant; null goes by the archive's platform.</summary>
    public Platform? Platform { get; init; }

    /// <summary>Whether an image that is there already may be replaced.</summary>
    public bool Overwrite { get; init; }

    /// <summary>Absolute path of the folder to spool in; null is the folder of the destination.</summary>
    public string? WorkDirectory { get; init; }
}

/// <summary>An image that was rebuilt.</summary>
/// <param name="Name">Its name in the archive.</param>
/// <param name="Destination">Where it is now.</param>
/// <param name="ManifestDigest">Digest of its manifest, read back from the destination and found right.</param>
/// <param name="MediaType">Media type of its manifest.</param>
/// <param name="LayerCount">Its layers.</param>
/// <param name="BaselineLayerCount">Of these, taken from the baseline as they are.</param>
/// <param name="PatchedLayerCount">Of these, rebuilt from patches.</param>
/// <param name="FullLayerCount">Of these, taken from the archive whole.</param>
/// <param name="ImageBytes">Bytes of manifest, configuration and distinct layers.</param>
public sealed record RestoredImage(
    string Name, string Destination, string ManifestDigest, string MediaType, int LayerCount,
    int BaselineLayerCount, int PatchedLayerCount, int FullLayerCount, long ImageBytes);

/// <summary>One image of a restore plan.</summary>
/// <param name="Name">Its name in the archive.</param>
/// <param name="BaselineManifestDigest">Digest of the baseline's manifest.</param>
/// <param name="TargetManifestDigest">Digest of the image's manifest.</param>
/// <param name="BaselineProvided">True where a baseline was given.</param>
/// <param name="WouldImport">True where everything needed is there.</param>
/// <param name="LayerCount">The image's layers.</param>
/// <param name="ArchiveLayerCount">Of these, in the archive (whole or as patches).</param>
/// <param name="PatchLayerCount">Of these, as patches.</param>
/// <param name="BaselineLayerCount">Of these, taken from the baseline as they are.</param>
public sealed record PlannedRestore(
    string Name, string BaselineManifestDigest, string TargetManifestDigest, bool BaselineProvided, bool WouldImport,
    int LayerCount, int ArchiveLayerCount, int PatchLayerCount, int BaselineLayerCount);

/// <summary>What restoring would do: the answer of a dry run.</summary>
/// <param name="Archive">What the archive says of itself.</param>
/// <param name="Destination">Where the image would go.</param>
/// <param name="Images">The images.</param>
public sealed record RestorePlan(DeltaArchive Archive, string Destination, ImmutableArray<PlannedRestore> Images);

/// <summary>Rebuilds one image from a delta archive and its baseline.</summary>
/// <param name="transports">Where images come from and go to.</param>
public sealed class RestoreImage(ITransportCatalog transports)
{
    /// <summary>Rebuilds the image.</summary>
    /// <param name="request">From what, and where to.</param>
    /// <param name="events">Whom to tell.</param>
    /// <param name="cancellationToken">Stops the work; nothing is left behind.</param>
    /// <exception cref="DiffahException">See <see cref="DiffahErrors"/>.</exception>
    public Task<RestoredImage> RunAsync(RestoreImageRequest request, EventSink events, CancellationToken cancellationToken) =>
        throw new NotImplementedException(transports.ToString());

    /// <summary>Says what <see cref="RunAsync"/> would do, after the same checks; writes nothing.</summary>
    /// <param name="request">From what, and where to.</param>
    /// <param name="events">Whom to tell.</param>
    /// <param name="cancellationToken">Stops the work.</param>
    /// <exception cref="DiffahException">See <see cref="DiffahErrors"/>.</exception>
    public Task<RestorePlan> PlanAsync(RestoreImageRequest request, EventSink events, CancellationToken cancellationToken) =>
        throw new NotImplementedException();
}
