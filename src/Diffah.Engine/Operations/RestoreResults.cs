using System.Collections.Immutable;
using Diffah.Engine.Deltas.Model;

namespace Diffah.Engine.Operations;

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
