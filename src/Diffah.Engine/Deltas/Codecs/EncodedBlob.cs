using Diffah.Engine.Deltas.Archive;

namespace Diffah.Engine.Deltas.Codecs;

/// <summary>A blob ready for the archive.</summary>
/// <param name="Entry">What the sidecar says of it.</param>
/// <param name="Open">Opens its stored bytes.</param>
internal sealed record EncodedBlob(StoredBlob Entry, Func<Stream> Open);
