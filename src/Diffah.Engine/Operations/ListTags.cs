using Diffah.Engine.Diagnostics;
using Diffah.Engine.Images;

namespace Diffah.Engine.Operations;

/// <summary>Lists the tags of a registry's repository.</summary>
/// <param name="transports">Where images come from.</param>
public sealed class ListTags(ITransportCatalog transports)
{
    /// <summary>Lists the tags, in the registry's order; those beyond the first thousands are left out.</summary>
    /// <param name="reference">Any image of the repository, there or not; its tag or digest is not looked at.</param>
    /// <param name="events">Whom to tell.</param>
    /// <param name="cancellationToken">Stops the listing.</param>
    /// <exception cref="DiffahException">InvalidArgument (a transport without tags), InvalidReference, RegistryNotFound and what else a registry gives cause for.</exception>
    public Task<IReadOnlyList<string>> RunAsync(ImageReference reference, EventSink events, CancellationToken cancellationToken) =>
        transports.Get(reference) is ITagLister lister
            ? lister.ListTagsAsync(reference, events, cancellationToken)
            : throw new DiffahException(DiffahErrors.InvalidArgument, $"'{reference.Transport}:' has no tags to list.",
                $"Give a reference of a registry: {TransportTraits.Registry.Prefix}HOST/REPOSITORY.");
}
