using Diffah.Engine.Diagnostics;
using Diffah.Engine.Images;
using Diffah.Engine.Operations.Requests;

namespace Diffah.Engine.Operations;

/// <summary>Lists the names of the images in an archive or a layout, or in the store of a daemon.</summary>
/// <param name="transports">Where images come from.</param>
public sealed class ListImages(ITransportCatalog transports)
{
    private const int MaximumCount = 1000;

    /// <summary>
    /// Lists the names, in the place's order; those beyond the first thousand, and those that a line of text can't
    /// show, are left out.
    /// </summary>
    /// <param name="reference">Any image of the place, there or not; its name is not looked at. A path is
    /// absolute.</param>
    /// <param name="cancellationToken">Stops the listing.</param>
    /// <exception cref="DiffahException">InvalidArgument (a transport without names), FileNotFound, InvalidImage,
    /// InvalidManifest, DaemonUnreachable.</exception>
    public Task<IReadOnlyList<string>> RunAsync(ImageReference reference, CancellationToken cancellationToken) =>
        Background.RunAsync(() => RunHereAsync(reference, cancellationToken));

    private static bool HasNames(TransportTraits transport) =>
        transport.Naming != ImageNaming.None || transport.Grammar == TransportGrammar.Image;

    private async Task<IReadOnlyList<string>> RunHereAsync(
        ImageReference reference, CancellationToken cancellationToken)
    {
        var transport = transports.Get(reference);
        if (transport is not (IImageLister or IImageStore))
            throw new DiffahException(
                DiffahErrors.InvalidArgument, $"'{reference.Transport}:' has no names of images to list.",
                $"Give a reference of an archive, a layout or a daemon: "
                    + $"{TransportTraits.Words(HasNames)}.");
        RequestGuard.AbsolutePath(reference);
        var names = transport is IImageLister lister
            ? await lister.ListImagesAsync(reference, cancellationToken)
            : await ((IImageStore)transport).ListNamesAsync(cancellationToken);
        return [.. names.Where(n => n.Length > 0 && n == Printable.Line(n)).Distinct(StringComparer.Ordinal)
            .Take(MaximumCount)];
    }
}

/// <summary>Lists the tags of a registry's repository.</summary>
/// <param name="transports">Where images come from.</param>
public sealed class ListTags(ITransportCatalog transports)
{
    /// <summary>Lists the tags, in the registry's order; those beyond the first thousands are left out.</summary>
    /// <param name="reference">Any image of the repository, there or not; its tag or digest is not looked at.</param>
    /// <param name="events">Whom to tell.</param>
    /// <param name="cancellationToken">Stops the listing.</param>
    /// <exception cref="DiffahException">InvalidArgument (a transport without tags), InvalidReference, RegistryNotFound
    /// and what else a registry gives cause for.</exception>
    public Task<IReadOnlyList<string>> RunAsync(
        ImageReference reference, EventSink events, CancellationToken cancellationToken) =>
        Background.RunAsync(() => RunHereAsync(reference, events, cancellationToken));

    private Task<IReadOnlyList<string>> RunHereAsync(
        ImageReference reference, EventSink events, CancellationToken cancellationToken) =>
        transports.Get(reference) is ITagLister lister
            ? lister.ListTagsAsync(reference, events, cancellationToken)
            : throw new DiffahException(DiffahErrors.InvalidArgument, $"'{reference.Transport}:' has no tags to list.",
                $"Give a reference of a registry: {TransportTraits.Registry.Prefix}HOST/REPOSITORY.");
}
