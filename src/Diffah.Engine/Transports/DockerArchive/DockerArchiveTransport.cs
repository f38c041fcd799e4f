using Diffah.Engine.Content;
using Diffah.Engine.Diagnostics;
using Diffah.Engine.Images;
using Diffah.Engine.Oci;
using Diffah.Engine.Transports.Storage;

namespace Diffah.Engine.Transports.DockerArchive;

/// <summary><c>docker-archive:PATH[:NAME:TAG|:@INDEX]</c>: a tar as <c>docker save</c> and skopeo write it.</summary>
/// <param name="streams">What <c>-</c> in place of the path means; null refuses it.</param>
internal sealed class DockerArchiveTransport(StandardStreams? streams = null) : IImageTransport, IImageLister
{
    private readonly StandardStreams _streams = streams ?? StandardStreams.None;

    /// <inheritdoc/>
    public TransportTraits Traits => TransportTraits.DockerArchive;

    /// <inheritdoc/>
    public string? WhyNotExact(ImageReference reference, ImageManifest manifest, ImageConfig config) =>
        DigestOf(reference) is { } digest && digest != manifest.Digest
            ? $"the destination is named by the digest {digest}, and the image has {manifest.Digest}."
            : SynthesizedManifest.WhyDifferent(Traits, manifest, config.DiffIds);

    /// <inheritdoc/>
    public async Task<IImageSource> OpenSourceAsync(
        ImageReference reference, TransportContext context, CancellationToken cancellationToken) =>
        await DockerArchiveSource.OpenAsync(
            reference, await ArchivePlace.FindAsync(reference, _streams, context, cancellationToken), context,
            cancellationToken);

    /// <inheritdoc/>
    public Task<IImageDestination> OpenDestinationAsync(
        ImageReference reference, bool overwrite, TransportContext context, CancellationToken cancellationToken) =>
        Task.FromResult<IImageDestination>(new DockerArchiveDestination(
            this, reference, FullName(reference),
            ArchivePlace.Create(reference, overwrite, _streams, context), context));

    /// <inheritdoc/>
    public Task CheckDestinationAsync(
        ImageReference reference, bool overwrite, TransportContext context, CancellationToken cancellationToken)
    {
        FullName(reference);
        ArchivePlace.RequireRoom(reference, overwrite, _streams);
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public async Task<IReadOnlyList<string>> ListImagesAsync(
        ImageReference reference, CancellationToken cancellationToken)
    {
        if (reference.IsStandardStream)
            return [];
        using var tar = await TarFile.TryOpenPlainAsync(reference.Path!, cancellationToken);
        return tar is null
            ? []
            : SavedImageChoice.NamesOf(await DockerArchiveSource.ReadSavedAsync(tar, reference, cancellationToken));
    }

    /// <summary>The digest in the name of a reference; null where it has none.</summary>
    internal static Digest? DigestOf(ImageReference reference) =>
        reference.Name is { } name ? ImageName.TryParse(name)?.Digest : null;

    private static string? FullName(ImageReference reference) =>
        reference.Name is { } name ? FullName(name, reference) : null;

    private static string FullName(string name, ImageReference reference) => ImageName.Normalize(name)
        ?? throw new DiffahException(DiffahErrors.InvalidReference, $"'{name}' in {reference} is no name for an image.",
            "Write the name as REPOSITORY:TAG in lower case, for example app:v2, or leave it out.");
}
