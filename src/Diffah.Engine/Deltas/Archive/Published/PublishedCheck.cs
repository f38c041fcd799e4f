namespace Diffah.Engine.Deltas.Archive.Published;

/// <summary>
/// Judges the sidecar of a published archive by the signature file that is published with it, before anything behind it
/// is read; throws where it is refused.
/// </summary>
/// <param name="signature">The bytes of the signature file; null where the archive is not signed.</param>
/// <param name="sidecar">The sidecar as it is stored.</param>
internal delegate void PublishedCheck(ReadOnlyMemory<byte>? signature, ReadOnlyMemory<byte> sidecar);
