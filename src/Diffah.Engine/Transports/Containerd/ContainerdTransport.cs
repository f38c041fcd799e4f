using Diffah.Engine.Diagnostics;
using Diffah.Engine.Images;
using Diffah.Engine.Oci;
using Diffah.Engine.Transports.Hosts;

namespace Diffah.Engine.Transports.Containerd;

/// <summary>
/// <c>containerd:NAME[:TAG][@DIGEST]</c>: an image of containerd, over its gRPC API. An instance is meant for one
/// invocation, and keeps a connection. A name is there to be moved, so writing to one that exists needs no leave to
/// overwrite.
/// </summary>
/// <param name="environment">Where containerd listens, and which namespace is meant.</param>
internal sealed class ContainerdTransport(DaemonEnvironment environment) : IImageStore, IDisposable
{
    /// <summary>How many calls are made at the same time.</summary>
    public const int CallsAtATime = 4;

    private const string OnlySha256 = "containerd keeps blobs by their SHA-256 digests alone.";

    private readonly Lazy<ContainerdStore> _store = new(() => new ContainerdStore(environment));

    /// <inheritdoc/>
    public TransportTraits Traits => TransportTraits.Containerd;

    /// <inheritdoc/>
    public int MaximumConcurrency => CallsAtATime;

    /// <inheritdoc/>
    public string? WhyNotExact(ImageReference reference, ImageManifest manifest, ImageConfig config) =>
        WhyNotExact(reference, ManifestTree.Of(manifest));

    /// <inheritdoc/>
    public string? WhyNotExact(ImageReference reference, ManifestTree index)
    {
        var digests = index.Manifests.Select(m => m.Digest)
            .Concat(index.Layers.Concat(index.Configs).Select(b => b.Digest));
        if (digests.Any(d => d.Algorithm != Digest.DefaultAlgorithm))
            return OnlySha256;
        return ContainerdNames.DigestOf(reference) is { } digest && digest != index.Root.Digest
            ? $"the destination is named by the digest {digest}, and the image has {index.Root.Digest}."
            : null;
    }

    /// <inheritdoc/>
    /// <exception cref="DiffahException">ImageNotFound, InvalidArgument (address, namespace), DaemonUnreachable,
    /// DaemonFailure, DaemonProtocol, AccessDenied.</exception>
    public async Task<IImageSource> OpenSourceAsync(
        ImageReference reference, TransportContext context, CancellationToken cancellationToken)
    {
        var image = await new ContainerdNames(_store.Value).FindAsync(reference, cancellationToken);
        return new ContainerdSource(reference, _store.Value, image);
    }

    /// <inheritdoc/>
    /// <exception cref="DiffahException">InvalidReference, and those of <see cref="OpenSourceAsync"/>.</exception>
    public async Task<IImageDestination> OpenDestinationAsync(
        ImageReference reference, bool overwrite, TransportContext context, CancellationToken cancellationToken)
    {
        if (ContainerdNames.PlaceOf(reference) is not { } name)
            throw new DiffahException(DiffahErrors.InvalidReference,
                $"{reference} can't be written: containerd takes an image by name, and finds its digest by itself.",
                $"Write {Traits.Syntax}, for example {Traits.Prefix}app:v2.");
        var store = _store.Value;
        // Somebody is there, before anything is read for it.
        await store.RunAsync(reference.ToString(), c => c.GetVersionAsync(cancellationToken));
        return new ContainerdDestination(this, reference, name, store);
    }

    /// <inheritdoc/>
    public bool IsExpected => environment.ContainerdAddress is not null;

    /// <inheritdoc/>
    public async Task<string> DescribeAsync(CancellationToken cancellationToken)
    {
        var store = _store.Value;
        var version = await store.RunAsync("the version", c => c.GetVersionAsync(cancellationToken));
        return $"{store}, version {version}, namespace '{store.Namespace}'";
    }

    /// <inheritdoc/>
    public async Task<IReadOnlyList<string>> ListNamesAsync(CancellationToken cancellationToken)
    {
        var store = _store.Value;
        var images = await store.RunAsync(
            "the list of images", c => c.ListImagesAsync(store.Scope, cancellationToken));
        return [.. images.Select(i => i.Name)];
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (_store.IsValueCreated)
            _store.Value.Dispose();
    }
}
