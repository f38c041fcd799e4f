using Diffah.Engine.Compression;

namespace Diffah.Engine.Deltas.Reports;

/// <summary>A layer of an image, and what is known of the bytes an archive stores of it.</summary>
/// <param name="Layer">The layer.</param>
/// <param name="Uses">How often the archive's images use it.</param>
/// <param name="Compression">How it is compressed; null where the archive does not tell.</param>
/// <param name="PatchWindow">How far its patch looks back, in bytes; null where it is no patch.</param>
internal sealed record StoredLayer(DeltaArchiveLayer Layer, int Uses, CompressionKind? Compression, ulong? PatchWindow);
