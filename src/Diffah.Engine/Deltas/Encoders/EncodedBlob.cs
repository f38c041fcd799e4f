using Diffah.Engine.Deltas.Sidecars;

namespace Diffah.Engine.Deltas.Encoders;

/// <summary>A blob ready for the archive.</summary>
/// <param name="Entry">What the sidecar says of it.</param>
/// <param name="Open">Opens its stored bytes.</param>
internal sealed record EncodedBlob(SidecarBlob Entry, Func<Stream> Open);
