namespace Diffah.Engine.Deltas.Archive;

/// <summary>
/// Judges a sidecar, such as by a signature, before anything behind it is read; throws where it is refused.
/// </summary>
/// <param name="sidecar">Its bytes as they are stored: the very bytes that are used afterwards.</param>
/// <param name="cancellationToken">Stops the check.</param>
internal delegate Task SidecarCheck(ReadOnlyMemory<byte> sidecar, CancellationToken cancellationToken);
